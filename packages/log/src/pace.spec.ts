import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Pace } from './pace.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const taking = (milliseconds: number) => () =>
  new Promise<string>((resolve) => setTimeout(() => resolve('done'), milliseconds));

/** How long it took with its rest, in milliseconds. */
async function timeOf(pace: Pace, milliseconds: number): Promise<number> {
  const began = performance.now();
  const run = pace.run(taking(milliseconds));
  await vi.runAllTimersAsync();
  expect(await run).toBe('done');
  return performance.now() - began;
}

it('work that nobody holds up has no rest, also where some of it takes twice as long', async () => {
  const pace = new Pace();
  for (const took of [20, 10, 20, 10]) expect(await timeOf(pace, took)).toBe(took);
});

it('the longer work is held up, the longer it rests', async () => {
  const pace = new Pace();
  await timeOf(pace, 10);
  expect(await timeOf(pace, 30)).toBe(30 + 4 * 10);
  expect(await timeOf(pace, 70)).toBe(70 + 4 * 50);
  expect(await timeOf(pace, 5000)).toBe(5000 + 250);
  expect(await timeOf(pace, 10)).toBe(10);
});

it('what fails fails at once', async () => {
  const pace = new Pace();
  await timeOf(pace, 1);
  const failing = pace.run(async () => {
    await taking(100)();
    throw new Error('no');
  });
  const failed = expect(failing).rejects.toThrow('no');
  await vi.advanceTimersByTimeAsync(100);
  await failed;
  expect(vi.getTimerCount()).toBe(0);
});
