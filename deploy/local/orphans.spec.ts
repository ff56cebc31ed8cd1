import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { endOrphans } from './orphans.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

const starter = { pid: 1, startedAt: 'another boot/1' };

it('ends what is left and waits until it is gone', async () => {
  const store = await sleeper();
  const nats = await sleeper();
  const said: string[] = [];
  const children = [
    { name: 'nats', ...nats },
    { name: 'store', ...store },
  ];

  await endOrphans({ starter, stopping: false, children }, (line) => said.push(line));

  expect([isRunning(store), isRunning(nats)]).toEqual([false, false]);
  expect(said).toEqual([expect.stringContaining(`nats (${nats.pid}), store (${store.pid})`)]);
});

it('leaves alone another process that has got the number of one that is gone', async () => {
  const stranger = await sleeper();
  try {
    const children = [{ name: 'store', pid: stranger.pid, startedAt: 'another boot/1' }];
    await endOrphans({ starter, stopping: false, children }, () => {});
    expect(isRunning(stranger)).toBe(true);
  } finally {
    process.kill(stranger.pid, 'SIGKILL');
  }
});

async function sleeper(): Promise<ProcessIdentity> {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  const identity = identify(child.pid ?? 0);
  if (!identity) throw new Error('it has just been started');
  return identity;
}
