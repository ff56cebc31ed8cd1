import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { identify, isRunning, parentOf } from './process-identity.ts';

describe('process identity', () => {
  it('knows a running process and its parent', () => {
    const self = identify(process.pid);
    expect(self && isRunning(self)).toBe(true);
    if (process.platform === 'linux') expect(parentOf(process.pid)).toBe(process.ppid);
  });

  it('does not take another process with the same number for it', () => {
    expect(isRunning({ pid: process.pid, startedAt: 'another boot/1' })).toBe(false);
  });

  it('knows when a process has ended', async () => {
    const child = spawn('sleep', ['60']);
    await once(child, 'spawn');
    const identity = identify(child.pid ?? 0);
    expect(identity && isRunning(identity)).toBe(true);

    child.kill('SIGKILL');
    await once(child, 'exit');

    expect(identity && isRunning(identity)).toBe(false);
  });
});
