import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildPlan } from '@dasf-broker/deploy';
import { expect, it, onTestFinished } from 'vitest';
import { ManagedProcess } from './managed-process.ts';

const SLEEPER = "process.stdout.write('ready\\n'); setInterval(() => {}, 1000)";

function sleeper() {
  const folder = mkdtempSync(join(tmpdir(), 'dasf-managed-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  let launched = 0;
  const plan: ChildPlan = {
    name: 'sleeper',
    launch: () => {
      launched += 1;
      return spawn(process.execPath, ['--eval', SLEEPER]);
    },
    words: () => undefined,
    untilReady: async (child) => {
      if (child.stdout) await once(child.stdout, 'data');
      return 'here';
    },
    stopSignals: ['SIGTERM'],
    patienceMs: 1000,
    maxFirstDeaths: 1,
  };
  const managed = new ManagedProcess('sleeper', plan, join(folder, 'log'));
  // Also where a check failed before it was ended.
  onTestFinished(() => managed.end());
  return { managed, launches: () => launched };
}

it('is started again where it ends by itself, and stays down where it was ended', async () => {
  const { managed, launches } = sleeper();
  await using _ = managed;
  await managed.start();
  const { pid } = managed;
  if (pid === undefined) throw new Error('it does not run');
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => launches(), { timeout: 10_000 }).toBe(2);
  expect(managed.crashes).toBe(1);
  await expect.poll(() => managed.isRunning).toBe(true);
  await managed.end();
  expect(managed.isRunning).toBe(false);
  // Else it would be started again after a pause.
  expect(managed.crashes).toBe(1);
});

it('starts nothing once its stack is gone', async () => {
  const { managed, launches } = sleeper();
  await managed.start();
  await managed[Symbol.asyncDispose]();
  managed.launch();
  await expect(managed.start()).rejects.toThrow('sleeper belongs to a stack that is gone');
  expect(managed.isRunning).toBe(false);
  expect(launches()).toBe(1);
});
