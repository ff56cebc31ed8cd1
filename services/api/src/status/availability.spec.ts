import { describe, expect, it } from 'vitest';
import { availabilityOf } from './availability.ts';

const NOW = new Date('2030-05-01T12:00:00Z');
const ago = (seconds: number | null) => (seconds === null ? null : new Date(NOW.getTime() - seconds * 1000));

describe('AVL-2', () => {
  it.each([
    ['pinged just now, answered just now', 0, 0, 'online'],
    ['a pong after the ping', 30, 20, 'online'],
    ['a pong 10 s older than the ping', 30, 40, 'online'],
    ['a pong more than 10 s older', 30, 40.001, 'offline'],
    ['never answered', 30, null, 'offline'],
    ['pinged just under two minutes ago', 119.999, 119, 'online'],
    ['pinged two minutes ago', 120, 119, 'unknown'],
    ['pinged two minutes ago, not answered', 120, null, 'unknown'],
    ['never pinged', null, null, 'unknown'],
    ['never pinged, but heard of', null, 1, 'unknown'],
    ['pinged by a clock that is ahead', -2, -2, 'online'],
  ] as const)('%s', (_, ping, pong, expected) => {
    expect(availabilityOf({ lastPing: ago(ping), lastPong: ago(pong) }, true, NOW)).toBe(expected);
  });

  it('is unknown for topics that do not support DASF, and for those nothing is known of', () => {
    expect(availabilityOf({ lastPing: NOW, lastPong: NOW }, false, NOW)).toBe('unknown');
    expect(availabilityOf(null, true, NOW)).toBe('unknown');
  });
});
