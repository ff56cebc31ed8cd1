import { describe, expect, it, test } from 'vitest';
import { KeyedBuckets } from './keyed-buckets.ts';
import { TokenBucket } from './token-bucket.ts';

function counted(bucket: TokenBucket, attempts: number): number {
  return Array.from({ length: attempts }, () => bucket.take()).filter(Boolean).length;
}

test('CLS-4: a herd gets one second of the rate, and then what the rate gives', () => {
  let now = 0;
  const rate = new TokenBucket(50, undefined, () => now);
  expect(counted(rate, 1000)).toBe(50);
  now += 100;
  expect(counted(rate, 1000)).toBe(5);
  now += 60_000;
  expect(counted(rate, 1000)).toBe(50);
});

test('T25: nobody waits longer than is said, and what is missing beyond that is forgotten', () => {
  let now = 0;
  const rate = new TokenBucket(10, 1, () => now);
  for (let frame = 0; frame < 1000; frame += 1) expect(rate.charge(1, 500)).toBeLessThanOrEqual(500);
  now += 600;
  expect(rate.take()).toBe(true);
});

test('CLS-4: less than one a second still lets one in', () => {
  let now = 0;
  const rate = new TokenBucket(0.5, undefined, () => now);
  expect(counted(rate, 3)).toBe(1);
  now += 2000;
  expect(counted(rate, 3)).toBe(1);
});

test('what is charged beyond what is there has to be waited for', () => {
  let now = 0;
  const rate = new TokenBucket(100, 200, () => now);
  expect([rate.charge(200), rate.charge(50), rate.charge(1)]).toEqual([0, 500, 510]);
  now += 510;
  expect(rate.charge(0)).toBe(0);
  expect(rate.isFull).toBe(false);
  now += 2000;
  expect(rate.isFull).toBe(true);
});

describe('T24: buckets of many addresses', () => {
  it('are apart from each other', () => {
    const buckets = new KeyedBuckets(() => new TokenBucket(1, 1, () => 0));
    expect([buckets.of('a').take(), buckets.of('a').take(), buckets.of('b').take()]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('are never more than so many', () => {
    let now = 0;
    const buckets = new KeyedBuckets(() => new TokenBucket(1, 1, () => now), 100);
    for (let address = 0; address < 1000; address += 1) buckets.of(`early ${address}`).take();
    expect(buckets.size).toBe(100);
    now += 1000;
    buckets.of('late').take();
    // Ten that were full again, and the new one.
    expect(buckets.size).toBe(91);
  });
});
