import { afterEach, expect, it, vi } from 'vitest';
import { AppendOutcomes } from './append-outcomes.ts';

const MINUTE_MS = 60_000;

afterEach(() => {
  vi.restoreAllMocks();
});

/** What became of an append, as soon as that is known. */
async function follow(outcomes: AppendOutcomes, partition: number, appended: Promise<void>): Promise<void> {
  outcomes.follow(partition, appended);
  await appended.catch(() => {});
}

it('tells of partitions that did not take what came last, until they take something', async () => {
  const outcomes = new AppendOutcomes();
  await follow(outcomes, 1, Promise.reject(new Error('full')));
  await follow(outcomes, 2, Promise.reject(new Error('away')));
  expect([...outcomes.faults]).toEqual([
    [1, 'full'],
    [2, 'away'],
  ]);
  await follow(outcomes, 1, Promise.resolve());
  expect([...outcomes.faults]).toEqual([[2, 'away']]);
});

it('tells nothing of what was longer ago than a minute', async () => {
  const outcomes = new AppendOutcomes();
  await follow(outcomes, 1, Promise.reject(new Error('full')));
  const later = performance.now() + MINUTE_MS + 1000;
  vi.spyOn(performance, 'now').mockReturnValue(later);
  expect(outcomes.faults.size).toBe(0);
});
