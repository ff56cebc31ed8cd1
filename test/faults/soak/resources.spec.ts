import { expect, it, vi } from 'vitest';
import type { Line } from '../stack/line.ts';
import { type Looked, Resources } from './resources.ts';

function looked({ memory = 1, pid = process.pid, connections = 0 }): Looked {
  const fare = async () => ({ delayMs: 0, memory, compiled: 0 });
  return { kind: 'store', process: { name: 'edge-1', pid, fare }, databaseLine: { connections } as Line };
}

/** An hour of looks, one each minute. */
async function anHour(memoryAt: (minute: number) => number, lagAt: (minute: number) => number = () => 0) {
  const resources = new Resources();
  const clock = vi.spyOn(performance, 'now');
  for (let minute = 0; minute <= 60; minute += 1) {
    clock.mockReturnValue(minute * 60_000);
    await resources.look([looked({ memory: memoryAt(minute) })], lagAt(minute));
  }
  clock.mockRestore();
  return Object.fromEntries(resources.rows().map((row) => [row.name, row]));
}

const noise = (minute: number) => ((minute * 7919) % 13) - 6;

it('finds what grows by three hundredths an hour, below noise as large', async () => {
  const { 'edge-1': edge } = await anHour((minute) => 1000 + (minute / 60) * 30 + noise(minute));
  expect(edge?.grows).toContain('used');
});

it('finds nothing where there is hardly any noise, and not what was warming up', async () => {
  const { 'edge-1': edge, log } = await anHour(
    (minute) => 1000 + noise(minute) / 3 + Math.min(minute, 14) * 20,
  );
  expect(edge?.grows).not.toContain('used');
  expect(edge?.unknown).not.toContain('used');
  expect(log).toMatchObject({ grows: [], unknown: [] });
});

it('does not know where noise hides it, nor where too little was seen', async () => {
  const { 'edge-1': edge } = await anHour((minute) => 1000 + noise(minute) * 40);
  expect(edge?.unknown).toContain('used');
  const resources = new Resources();
  await resources.look([], 0);
  expect(resources.rows().map(({ unknown }) => unknown)).toEqual([['lag']]);
});

it('finds a lag that grows', async () => {
  const { log } = await anHour(
    () => 1000,
    (minute) => minute,
  );
  expect(log?.grows).toEqual(['lag']);
});

it('finds a process that was started anew', async () => {
  const resources = new Resources();
  for (const pid of [process.pid, process.ppid]) await resources.look([looked({ pid })], 0);
  expect(resources.rows()[0]?.grows).toContain('started anew');
});

it('counts connections to the database by themselves, and finds more than pools have', async () => {
  const counting = async (...counts: readonly number[]) => {
    const resources = new Resources();
    for (const connections of counts) await resources.look([looked({ connections })], 0);
    const [row] = resources.rows();
    return { ...row, descriptors: row?.means['descriptors'] ?? 0 };
  };
  const none = await counting(0);
  const some = await counting(20, 20, 20);
  expect(some).toMatchObject({ connections: 20, grows: [] });
  // This process may open or close something of its own meanwhile.
  expect(Math.abs(none.descriptors - 20 - some.descriptors)).toBeLessThan(5);
  expect(await counting(20, 21, 3)).toMatchObject({ connections: 21, grows: ['too many connections'] });
});
