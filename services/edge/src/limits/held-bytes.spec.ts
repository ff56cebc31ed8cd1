import { expect, it } from 'vitest';
import { testLimits } from '../testing/edge-limits.ts';
import type { Holder } from './held-bytes.ts';

function scene() {
  const { queued, watch } = testLimits({ maxQueuedBytes: 1000 });
  const givenUp: string[] = [];
  const connection = (user: string, name = user): Holder => ({ user, giveUp: () => void givenUp.push(name) });
  return { queued, watch, givenUp, connection };
}

it('T25: where all have too much, the connection goes for which most is held', () => {
  const { queued, watch, givenUp, connection } = scene();
  const [small, large] = [connection('small'), connection('large')];
  queued.set(large, 600);
  queued.set(small, 300);
  expect([givenUp, queued.isScarce]).toEqual([[], true]);
  queued.set(small, 500);
  expect([givenUp, queued.bytes, watch.total('queued frames')]).toEqual([['large'], 500, 1]);
});

it('T25: a user with many connections is taken for what they hold together', () => {
  const { queued, givenUp, connection } = scene();
  queued.set(connection('alice'), 400);
  const many = Array.from({ length: 10 }, (_, index) => connection('mallory', `mallory ${index}`));
  for (const [index, one] of many.entries()) queued.set(one, index === 3 ? 150 : 100);
  expect(givenUp).toEqual(['mallory 3', 'mallory 0', 'mallory 1', 'mallory 2']);
});

it('forgets what is not held any more', () => {
  const { queued, givenUp, connection } = scene();
  const [one, other] = [connection('one'), connection('other')];
  queued.set(one, 900);
  queued.set(one, 0);
  expect([queued.bytes, queued.isScarce]).toEqual([0, false]);
  queued.set(other, 900);
  expect(givenUp).toEqual([]);
});
