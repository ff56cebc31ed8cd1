import { expect, it } from 'vitest';
import { slopeOf } from './slope.ts';

const line = (values: readonly number[]) => values.map((value, index) => ({ hours: index / 10, value }));

it('is nothing where nothing grows', () => {
  expect(slopeOf(line([100, 100, 100]))).toEqual({ perHour: 0, error: 0 });
  expect(slopeOf(line([0, 0, 0]))).toEqual({ perHour: 0, error: 0 });
  expect(slopeOf(line([]))).toEqual({ perHour: 0, error: 0 });
});

it('is the growth of an hour as a part of the mean', () => {
  expect(slopeOf(line([95, 100, 105])).perHour).toBeCloseTo(0.5);
  expect(slopeOf(line([105, 100, 95])).perHour).toBeCloseTo(-0.5);
  expect(slopeOf(line([95, 100, 105])).error).toBeCloseTo(0);
});

it('says by how much chance may have moved it', () => {
  const { perHour, error } = slopeOf(line([100, 101, 99, 100, 99, 101]));
  expect(Math.abs(perHour)).toBeLessThan(2 * error);
  expect(error).toBeGreaterThan(0);
});
