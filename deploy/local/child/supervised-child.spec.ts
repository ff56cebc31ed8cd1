import { spawn } from 'node:child_process';
import { mkdtempDisposableSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LogFile } from './log-file.ts';
import type { ChildPlan } from './plan.ts';
import { pollUntil } from './poll.ts';
import { SupervisedChild } from './supervised-child.ts';

describe('SupervisedChild', () => {
  it('starts again what dies, says so, and pauses longer each time', async () => {
    await using given = scene('setTimeout(() => process.exit(3), 20)');

    // On a slow machine it may be ready for a moment before it ends.
    const endings = () => given.said.filter((line) => line.startsWith('child ended'));
    await pollUntil(async () => endings().length >= 3, 10_000);

    expect(endings().slice(0, 3)).toEqual([
      expect.stringMatching(/^child ended with exit code 3; starting it again in 0\.5 s/),
      expect.stringMatching(/^child ended with exit code 3; starting it again in 1 s/),
      expect.stringMatching(/^child ended with exit code 3; starting it again in 2 s/),
    ]);
  });

  it('starts again what was killed, as another process', async () => {
    await using given = scene('setInterval(() => {}, 1000)');
    await given.child.ready;
    const first = given.child.pid;

    process.kill(first ?? 0, 'SIGKILL');

    await pollUntil(async () => given.said.includes('child is ready again'), 10_000);
    expect(given.child.pid).not.toBe(first);
    expect(given.said[0]).toMatch(/^child was ended by SIGKILL; starting it again/);
  });

  it('gives up on wrong settings and repeats what the child said', async () => {
    await using given = scene('console.error("DASF_X is wrong"); process.exit(78)', { hopelessCodes: [78] });

    await expect(given.child.failed).rejects.toThrow('child cannot run with these settings: DASF_X is wrong');
  });

  it('gives up on a server that does not start at all', async () => {
    await using given = scene('console.error("bad file"); process.exit(1)', {
      maxFirstDeaths: 1,
      untilReady: () => new Promise(() => {}),
    });

    await expect(given.child.ready).rejects.toThrow(
      'child does not start (ended with exit code 1): bad file',
    );
  });

  it('says at once that the disk is full', async () => {
    await using given = scene('console.error("write failed: No space left on device"); process.exit(1)', {
      untilReady: () => new Promise(() => {}),
    });

    await expect(given.child.ready).rejects.toThrow(/No space left on device/);
  });

  it('insists where a child does not end when asked', async () => {
    await using given = scene("process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)");
    await given.child.ready;
    const pid = given.child.pid ?? 0;

    await given.child.stop();

    expect(() => process.kill(pid, 0)).toThrow();
    expect(given.said).toEqual([]);
  });

  it('does not start again what it was told to stop during a pause', async () => {
    await using given = scene('process.exit(1)');
    await pollUntil(async () => given.said.length > 0, 10_000);

    await given.child.stop();

    expect(given.launches).toBe(1);
  });

  it('starts again what no longer serves', async () => {
    let healthy = false;
    await using given = scene('setInterval(() => {}, 1000)', {
      isHealthy: async () => healthy,
      healthCheckEveryMs: 20,
    });

    await pollUntil(async () => given.said.some((line) => line.includes('does not answer')), 10_000);
    healthy = true;

    await pollUntil(async () => given.said.includes('child is ready again'), 10_000);
  });

  it('keeps what the child writes', async () => {
    await using given = scene('console.log("out"); console.error("err"); setInterval(() => {}, 1000)');

    await pollUntil(async () => readFileSync(given.logPath, 'utf8').split('\n').length > 2, 10_000);

    expect(readFileSync(given.logPath, 'utf8').split('\n').sort()).toEqual(['', 'err', 'out']);
  });
});

/** A supervised Node that runs `script`. */
function scene(script: string, plan: Partial<ChildPlan> = {}) {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-child-'));
  const logPath = join(folder.path, 'child.log');
  const log = new LogFile(logPath);
  const said: string[] = [];
  const launched: number[] = [];
  const child = new SupervisedChild(
    {
      name: 'child',
      launch: () => spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] }),
      words: (line) => line,
      untilReady: async () => {
        await new Promise((resolve) => setTimeout(resolve, 200)); // long enough to set up its signal handlers
        return undefined;
      },
      stopSignals: ['SIGTERM', 'SIGKILL'],
      patienceMs: 300,
      maxFirstDeaths: Number.POSITIVE_INFINITY,
      ...plan,
    },
    log,
    {
      launched: (_name, pid) => launched.push(pid),
      gone: () => {},
      say: (line) => said.push(line),
    },
  );
  return {
    child,
    said,
    logPath,
    get launches() {
      return launched.length;
    },
    async [Symbol.asyncDispose]() {
      await child.stop();
      log[Symbol.dispose]();
      folder.remove();
    },
  };
}
