import { describe, expect, it } from 'vitest';
import { testLimits } from '../testing/edge-limits.ts';
import { OutstandingQuota } from './outstanding-quota.ts';

function scene() {
  const { watch } = testLimits();
  let now = 0;
  const quota = new OutstandingQuota(watch, () => now);
  return { watch, quota, wait: (milliseconds: number) => (now += milliseconds) };
}

const refused = expect.objectContaining({ code: 'TOO_MUCH_OUTSTANDING', number: 6 });

describe('a user who has too much outstanding', () => {
  it('may publish nothing that stays until it is acknowledged, as long as stores say so', () => {
    const { watch, quota } = scene();
    quota.hear({ aboveQuota: ['ann'] });
    expect(() => quota.check('ann', 'cache')).toThrow(refused);
    expect(() => quota.check('ann', 'cacheall')).toThrow(refused);
    expect(watch.total('outstanding bytes of a user')).toBe(2);
    quota.hear({});
    expect(() => quota.check('ann', 'cache')).toThrow(refused);
    quota.hear({ aboveQuota: [] });
    quota.check('ann', 'cache');
  });

  it('may publish what is kept for ever, and what is not kept', () => {
    const { quota } = scene();
    quota.hear({ aboveQuota: ['ann'] });
    quota.check('ann', 'store');
    quota.check('ann', 'disabled');
  });

  it('stops nobody else', () => {
    const { quota } = scene();
    quota.hear({ aboveQuota: ['ann'] });
    quota.check('bob', 'cache');
  });

  it('is refused nothing when no store has been heard for a while', () => {
    const { quota, wait } = scene();
    quota.hear({ aboveQuota: ['ann'] });
    wait(30_001);
    quota.check('ann', 'cache');
  });
});
