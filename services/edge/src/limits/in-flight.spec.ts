import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { testLimits } from '../testing/edge-limits.ts';

function scene(maxTotalInFlight: number, maxTotalInFlightBytes = 1_000_000) {
  const { inFlight, watch } = testLimits({ maxTotalInFlight, maxTotalInFlightBytes });
  const entered: string[] = [];
  /** Resolves when whoever can enter has. */
  const enter = async (user: string, bytes = 1) => {
    void inFlight.enter(user, bytes).then(() => entered.push(user));
    await new Promise(setImmediate);
  };
  const leave = async (user: string, bytes = 1) => {
    inFlight.leave(user, bytes);
    await new Promise(setImmediate);
  };
  return { inFlight, watch, entered, enter, leave };
}

describe('T25: frames in flight of all connections', () => {
  it('a user alone may have half of them, and nobody finds nothing left', async () => {
    const { entered, enter, watch } = scene(10);
    for (let frame = 0; frame < 20; frame += 1) await enter('greedy');
    expect([entered.length, watch.total('frames in flight of all')]).toEqual([5, 15]);
    await enter('modest');
    expect(entered.at(-1)).toBe('modest');
  });

  it('are shared alike by those who want all of them', async () => {
    const { entered, enter, leave } = scene(12);
    for (let frame = 0; frame < 20; frame += 1) await enter('early');
    for (let frame = 0; frame < 20; frame += 1) await enter('late');
    const now = { early: 6, late: 3 };
    for (let turn = 0; turn < 10; turn += 1) {
      const user = now.early > now.late ? 'early' : 'late';
      const before = entered.length;
      await leave(user);
      now[user] -= 1;
      for (const next of entered.slice(before)) now[next as typeof user] += 1;
    }
    expect(now).toEqual({ early: 4, late: 4 });
  });

  it('are shared by their bytes, too', async () => {
    const { entered, enter, leave } = scene(1000, 100);
    await enter('greedy', 60);
    await enter('greedy', 60);
    await enter('modest', 20);
    expect(entered).toEqual(['greedy', 'modest']);
    await leave('greedy', 60);
    expect(entered).toEqual(['greedy', 'modest', 'greedy']);
  });

  it('one frame that is larger than all may be goes alone', async () => {
    const { entered, enter, leave } = scene(1000, 100);
    await enter('large', 500);
    await enter('other');
    expect(entered).toEqual(['large']);
    await leave('large', 500);
    expect(entered).toEqual(['large', 'other']);
  });

  it('of one user go in the order in which they came', async () => {
    const { inFlight } = scene(2);
    await inFlight.enter('user', 1);
    const order: number[] = [];
    for (const frame of [1, 2, 3]) void inFlight.enter('user', 1).then(() => order.push(frame));
    for (let left = 1; left <= 3; left += 1) {
      inFlight.leave('user', 1);
      await eventually(() => order.length === left);
    }
    expect(order).toEqual([1, 2, 3]);
  });

  it('let in, in the end, all of very many who wait', async () => {
    const { inFlight, entered, enter, leave } = scene(2);
    for (let user = 0; user < 200; user += 1) await enter(`user ${user}`);
    for (let left = 0; left < 200; left += 1) await leave(entered[left] as string);
    expect(new Set(entered).size).toBe(200);
    expect([inFlight.frames, inFlight.bytes]).toEqual([0, 0]);
  });
});
