import { expect, it } from 'vitest';
import { slopePerHour } from './slope.ts';

const line = (values: readonly number[]) => values.map((value, index) => ({ hours: index / 10, value }));

it('is nothing where nothing grows', () => {
  expect(slopePerHour(line([100, 100, 100]))).toBe(0);
  expect(slopePerHour(line([100, 101, 99, 100, 99, 101]))).toBeCloseTo(0, 1);
  expect(slopePerHour([])).toBe(0);
});

it('is the growth of an hour as a part of the mean', () => {
  expect(slopePerHour(line([95, 100, 105]))).toBeCloseTo(0.5);
  expect(slopePerHour(line([105, 100, 95]))).toBeCloseTo(-0.5);
});
