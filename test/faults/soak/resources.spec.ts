import { expect, it, vi } from 'vitest';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { Resources } from './resources.ts';

/** An hour of looks, one each minute. */
async function anHour(memoryAt: (minute: number) => number, lagAt: (minute: number) => number = () => 0) {
  const resources = new Resources();
  const clock = vi.spyOn(performance, 'now');
  for (let minute = 0; minute <= 60; minute += 1) {
    clock.mockReturnValue(minute * 60_000);
    const fare = async () => ({ delayMs: 0, memory: memoryAt(minute), compiled: 0 });
    const process = { name: 'edge-1', pid: globalThis.process.pid, fare } as unknown as ManagedProcess;
    await resources.look([process], lagAt(minute));
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
  const fare = async () => ({ delayMs: 0, memory: 1, compiled: 0 });
  for (const pid of [process.pid, process.ppid])
    await resources.look([{ name: 'edge-1', pid, fare } as unknown as ManagedProcess], 0);
  expect(resources.rows()[0]?.grows).toContain('started anew');
});
