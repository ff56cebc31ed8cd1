/** What was measured at a moment, in hours. */
export interface Sample {
  readonly hours: number;
  readonly value: number;
}

/** How much a value grows in an hour, as a part of its mean, by a straight line through all samples. */
export function slopePerHour(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const hours = mean((sample) => sample.hours);
  const value = mean((sample) => sample.value);
  if (samples.length < 2 || value === 0) return 0;
  const covariance = mean((sample) => (sample.hours - hours) * (sample.value - value));
  const variance = mean((sample) => (sample.hours - hours) ** 2);
  return variance === 0 ? 0 : covariance / variance / value;
}
