import { build, type Histogram } from 'hdr-histogram-js';

/** Of one round, in milliseconds. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

const GREATEST_MICROSECONDS = 600_000_000;

/** Latencies, from the moment at which something was due: who sends late because it was held up counts that too. */
export class Latencies {
  readonly #histogram: Histogram = build({
    highestTrackableValue: GREATEST_MICROSECONDS,
    numberOfSignificantValueDigits: 3,
  });

  /** @param due as `performance.now()` gives it */
  record(due: number): void {
    const microseconds = Math.round((performance.now() - due) * 1000);
    this.#histogram.recordValue(Math.min(Math.max(microseconds, 1), GREATEST_MICROSECONDS));
  }

  summary(): LatencySummary {
    const at = (percentile: number) => this.#histogram.getValueAtPercentile(percentile) / 1000;
    const { totalCount: count } = this.#histogram;
    return { count, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: at(100) };
  }
}
