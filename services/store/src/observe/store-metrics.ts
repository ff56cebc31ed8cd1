import type { Metrics } from '@dasf-broker/telemetry';

const FOLD_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
/** A run has 500 records at most. */
const FOLD_EVENTS = [1, 2, 5, 10, 25, 50, 100, 250, 500] as const;

/** What a store counts as it goes. */
export function storeMetrics(metrics: Metrics) {
  return {
    foldDuration: metrics.histogram(
      'dasf_store_fold_duration_seconds',
      'How long one run of events takes until it is in the database, attempts that failed among it.',
      FOLD_SECONDS,
      ['partition'],
    ),
    foldEvents: metrics.histogram(
      'dasf_store_fold_events',
      'How many events are folded in one run.',
      FOLD_EVENTS,
      ['partition'],
    ),
    deadEvents: metrics.counter(
      'dasf_store_dead_events_total',
      'Events that could not be folded; they are kept in the table dead_event.',
      ['partition'],
    ),
    truncatedEvents: metrics.counter(
      'dasf_store_truncated_events_total',
      'Events that the log gave up after they were folded.',
      ['partition'],
    ),
    usersAboveQuota: metrics.gauge(
      'dasf_store_users_above_quota',
      'Users who have more outstanding than DASF_MAX_OUTSTANDING_BYTES_PER_USER; told by the store that folds partition 0.',
    ),
    earlyTruncations: metrics.counter(
      'dasf_store_early_truncations_total',
      'How often folded events had to go before their time because the log was nearly full.',
      ['partition'],
    ),
  };
}

export type StoreMetrics = ReturnType<typeof storeMetrics>;
