import { createLogger } from '@dasf-broker/telemetry';
import { expect, it } from 'vitest';
import { LimitWatch } from './limit-watch.ts';

it('T32: what meets a limit again and again is counted each time, and logged when it begins and ends', async () => {
  const lines: { msg: string; limit: string; times?: number }[] = [];
  const write = (line: string) => void lines.push(JSON.parse(line));
  using watch = new LimitWatch(createLogger({ name: 'edge', level: 'info' }, { write }), 50);
  for (let times = 0; times < 1000; times += 1) watch.hit('frame rate');
  watch.hit('connections', 3);
  expect(lines.map(({ msg, limit }) => [msg, limit])).toEqual([
    ['a limit is met', 'frame rate'],
    ['a limit is met', 'connections'],
  ]);
  expect([watch.total('frame rate'), watch.totals().get('connections')]).toEqual([1000, 3]);
  await expect.poll(() => lines.length).toBe(4);
  expect(lines[2]).toMatchObject({ msg: 'a limit is met no longer', limit: 'frame rate', times: 1000 });
  watch.hit('frame rate');
  expect(lines[4]).toMatchObject({ msg: 'a limit is met', limit: 'frame rate' });
});
