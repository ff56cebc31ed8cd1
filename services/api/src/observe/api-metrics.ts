import type { Metrics } from '@dasf-broker/telemetry';

/** Up to the longest ping that a setting allows, in seconds. */
const REQUEST_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

/** What the API counts as it goes. */
export function apiMetrics(metrics: Metrics) {
  return {
    requestDuration: metrics.histogram(
      'dasf_api_request_duration_seconds',
      'How long requests take, by method, route (with its parameters as they are named) and status.',
      REQUEST_SECONDS,
      ['method', 'route', 'status'],
    ),
    pings: metrics.counter(
      'dasf_api_pings_total',
      'Pings by request, by what came of them: answered, silent, or failed where log or database are away.',
      ['result'],
    ),
    tickets: metrics.counter(
      'dasf_api_tickets_total',
      'Requests for a ticket, by what came of them: issued, or refused where the user holds too many.',
      ['result'],
    ),
    statuses: metrics.counter(
      'dasf_api_statuses_total',
      'Questions for the status of a topic, by the answer: online, offline, unknown.',
      ['availability'],
    ),
  };
}

export type ApiMetrics = ReturnType<typeof apiMetrics>;
