import { describe, expect, it } from 'vitest';
import { testLimits } from '../testing/edge-limits.ts';
import type { Slot } from './connection-slots.ts';

describe('T24: connections', () => {
  function scene() {
    const { slots, watch } = testLimits({
      maxConnections: 4,
      maxConnectionsPerAddress: 2,
      maxConnectionsPerUser: 1,
    });
    return { slots, watch };
  }

  it('are no more than so many of an address, and in total', () => {
    const { slots, watch } = scene();
    const taken = ['a', 'a', 'a', 'b', 'c', 'd'].map((address) => slots.take(address));
    expect(taken.filter((slot) => typeof slot === 'string')).toEqual([
      'connections per address',
      'connections',
    ]);
    expect(slots.total).toBe(4);
    expect([watch.total('connections'), watch.total('connections per address')]).toEqual([1, 1]);
  });

  it('make room when they end, once each', () => {
    const { slots } = scene();
    const first = slots.take('a') as Slot;
    slots.take('a');
    first.release();
    first.release();
    expect(slots.total).toBe(1);
    expect(typeof slots.take('a')).toBe('object');
    expect(slots.take('a')).toBe('connections per address');
  });

  it('are no more than so many of a user, whatever his address', () => {
    const { slots } = scene();
    const [first, second] = [slots.take('a') as Slot, slots.take('b') as Slot];
    expect([first.claim('alice'), second.claim('alice'), second.claim('bob')]).toEqual([
      undefined,
      'connections per user',
      undefined,
    ]);
    first.release();
    expect((slots.take('a') as Slot).claim('alice')).toBeUndefined();
  });

  it('that have ended do not become anybody’s', () => {
    const { slots } = scene();
    const first = slots.take('a') as Slot;
    first.release();
    expect(first.claim('alice')).toBeUndefined();
    expect((slots.take('a') as Slot).claim('alice')).toBeUndefined();
  });
});
