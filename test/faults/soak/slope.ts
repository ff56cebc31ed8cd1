/** What was measured at a moment, in hours. */
export interface Sample {
  readonly hours: number;
  readonly value: number;
}

/** Growth in an hour, as parts of the mean value. */
export interface Slope {
  readonly perHour: number;
  /** How far that may be off by chance: the standard error of a straight line through the samples. */
  readonly error: number;
}

/** How much a value grows in an hour, by a straight line through all samples. */
export function slopeOf(samples: readonly Sample[]): Slope {
  const mean = (of: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const hours = mean((sample) => sample.hours);
  const value = mean((sample) => sample.value);
  if (samples.length < 3 || value === 0) return { perHour: 0, error: 0 };
  const variance = mean((sample) => (sample.hours - hours) ** 2);
  if (variance === 0) return { perHour: 0, error: 0 };
  const slope = mean((sample) => (sample.hours - hours) * (sample.value - value)) / variance;
  const residual = mean((sample) => (sample.value - value - slope * (sample.hours - hours)) ** 2);
  const error = Math.sqrt(residual / variance / (samples.length - 2));
  return { perHour: slope / value, error: error / value };
}
