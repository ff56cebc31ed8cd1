import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('T25: turns', () => {
  it('are taken by users, not by connections', async () => {
    const turns = new Turns();
    const order: string[] = [];
    const take = async (user: string) => {
      await turns.next(user);
      order.push(user);
    };
    await Promise.all(['mallory', 'mallory', 'mallory', 'mallory', 'alice', 'bob', 'alice'].map(take));
    expect(order.slice(0, 3).toSorted()).toEqual(['alice', 'bob', 'mallory']);
    expect(order.slice(3)).toEqual(['mallory', 'alice', 'mallory', 'mallory']);
  });

  it('end with what they do without waiting', async () => {
    const turns = new Turns();
    const steps: string[] = [];
    const take = async (name: string) => {
      await turns.next(name);
      for (let step = 0; step < 3; step += 1) {
        steps.push(name);
        await Promise.resolve();
      }
    };
    await Promise.all(['a', 'b'].map(take));
    expect(steps).toEqual(['a', 'a', 'a', 'b', 'b', 'b']);
  });

  it('give way to everything else after a slice of time', async () => {
    let now = 0;
    const turns = new Turns(10, () => now);
    const done: number[] = [];
    const take = async (index: number) => {
      await turns.next(`user ${index}`);
      now += 4;
      done.push(index);
    };
    const all = Promise.all([0, 1, 2, 3, 4, 5].map(take));
    const seen: number[] = [];
    while (done.length < 6) {
      await new Promise(setImmediate);
      seen.push(done.length);
    }
    await all;
    expect(seen.filter((count, index) => count !== seen[index - 1])).toEqual([3, 6]);
  });

  it('begin again after a rest', async () => {
    const turns = new Turns();
    await turns.next('a');
    await new Promise(setImmediate);
    await expect(turns.next('a')).resolves.toBeUndefined();
  });
});
