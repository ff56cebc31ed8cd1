import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { callAt } from './expiry.ts';

const DAY_MS = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('T5: an end that is farther away than a timer reaches comes then, and not at once', () => {
  const ended = vi.fn();
  callAt(Date.now() + 60 * DAY_MS, ended);
  vi.advanceTimersByTime(60 * DAY_MS - 1);
  expect(ended).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(ended).toHaveBeenCalledOnce();
});

it('T5: an end that has passed comes at once, and one that is called off never', () => {
  const [passed, calledOff] = [vi.fn(), vi.fn()];
  callAt(Date.now() - DAY_MS, passed);
  callAt(Date.now() + 30 * DAY_MS, calledOff)();
  vi.advanceTimersByTime(40 * DAY_MS);
  expect(passed).toHaveBeenCalledOnce();
  expect(calledOff).not.toHaveBeenCalled();
});
