import { describe, expect, it } from 'vitest';
import { pauseAfter } from './restart-pauses.ts';

describe('pauseAfter', () => {
  it('doubles from half a second up to half a minute', () => {
    const pauses: number[] = [];
    for (let death = 0; death < 9; death++) pauses.push(pauseAfter(pauses.at(-1), 10));
    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('starts anew after a child ran well for a while', () => {
    expect(pauseAfter(30_000, 60_000)).toBe(500);
  });
});
