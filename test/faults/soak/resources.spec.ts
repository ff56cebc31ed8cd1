import { expect, it, vi } from 'vitest';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { Resources } from './resources.ts';

/** An hour of looks, one each minute. */
async function anHour(memoryAt: (minute: number) => number, lagAt: (minute: number) => number = () => 0) {
  const resources = new Resources();
  const clock = vi.spyOn(performance, 'now');
  for (let minute = 0; minute <= 60; minute += 1) {
    clock.mockReturnValue(minute * 60_000);
    const fare = async () => ({ delayMs: 0, memory: memoryAt(minute) });
    const process = { name: 'edge-1', pid: globalThis.process.pid, fare } as unknown as ManagedProcess;
    await resources.look([process], lagAt(minute));
  }
  clock.mockRestore();
  return Object.fromEntries(resources.rows().map(({ name, grows }) => [name, grows]));
}

const noise = (minute: number) => ((minute * 7919) % 13) - 6;

it('finds what grows by two hundredths an hour, below noise as large', async () => {
  const grown = await anHour((minute) => 1000 + (minute / 60) * 30 + noise(minute));
  expect(grown['edge-1']).toContain('used');
});

it('finds nothing where there is only noise, and not what was warming up', async () => {
  const grown = await anHour((minute) => 1000 + noise(minute) + Math.min(minute, 14) * 20);
  expect(grown['edge-1']).not.toContain('used');
  expect(grown['log']).toEqual([]);
});

it('finds a lag that grows', async () => {
  expect(
    (
      await anHour(
        () => 1000,
        (minute) => minute,
      )
    )['log'],
  ).toEqual(['lag']);
});
