import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { SharedRead } from './shared-read.ts';

/** Readings that end when they are told to, each with its number. */
function readings(patience?: number) {
  const begun: PromiseWithResolvers<number>[] = [];
  const read = () => {
    const reading = Promise.withResolvers<number>();
    begun.push(reading);
    return reading.promise;
  };
  const end = (number: number) => begun[number - 1]?.resolve(number);
  return { shared: new SharedRead(read, patience), begun, end };
}

it('answers all who asked before it began, and no others', async () => {
  const { shared, begun, end } = readings();
  const first = shared.get();
  const herd = [shared.get(), shared.get()];
  end(1);
  expect(await first).toBe(1);
  await sleep(0);
  end(2);
  expect(await Promise.all(herd)).toEqual([2, 2]);
  expect(begun).toHaveLength(2);
});

it('lets who asks after a reading that failed have one of their own', async () => {
  const { shared, begun, end } = readings();
  const first = shared.get();
  const second = shared.get();
  begun[0]?.reject(new Error('away'));
  await expect(first).rejects.toThrow('away');
  await sleep(0);
  end(2);
  expect(await second).toBe(2);
});

it('does not wait for a reading whose answer was lost', async () => {
  const { shared, end } = readings(20);
  void shared.get();
  const second = shared.get();
  await sleep(60);
  end(2);
  expect(await second).toBe(2);
});
