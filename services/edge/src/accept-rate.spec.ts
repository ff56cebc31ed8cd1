import { expect, test } from 'vitest';
import { AcceptRate } from './accept-rate.ts';

function counted(rate: AcceptRate, attempts: number): number {
  return Array.from({ length: attempts }, () => rate.take()).filter(Boolean).length;
}

test('CLS-4: a herd gets one second of the rate, and then what the rate gives', () => {
  let now = 0;
  const rate = new AcceptRate(50, () => now);
  expect(counted(rate, 1000)).toBe(50);
  now += 100;
  expect(counted(rate, 1000)).toBe(5);
  now += 60_000;
  expect(counted(rate, 1000)).toBe(50);
});

test('CLS-4: less than one a second still lets one in', () => {
  let now = 0;
  const rate = new AcceptRate(0.5, () => now);
  expect(counted(rate, 3)).toBe(1);
  now += 2000;
  expect(counted(rate, 3)).toBe(1);
});
