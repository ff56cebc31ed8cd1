import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { disownLeftLock } from './left-lock.ts';

const REST = '/data\n1763927672\n5432\n\n127.0.0.1\n  8143    3\nready   \n';

describe.skipIf(process.platform !== 'linux')('the lock that a killed PostgreSQL left', () => {
  it('is disowned where its number belongs to somebody else by now', async () => {
    using given = scene();
    await using stranger = await runIn(given.elsewhere);
    expect(given.afterwards(stranger.pid)).toBe(`${process.pid}\n${REST}`);
  });

  it('is disowned where its number belongs to nobody', async () => {
    using given = scene();
    const gone = await runIn(given.data);
    await gone[Symbol.asyncDispose]();
    expect(given.afterwards(gone.pid)).toBe(`${process.pid}\n${REST}`);
  });

  it('stays where the server lives', async () => {
    using given = scene();
    await using server = await runIn(given.data);
    expect(given.afterwards(server.pid)).toBe(`${server.pid}\n${REST}`);
  });

  it('may be missing', () => {
    using given = scene();
    expect(() => disownLeftLock({ data: given.data, account: undefined })).not.toThrow();
  });
});

function scene() {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-lock-'));
  const data = join(folder.path, 'data');
  mkdirSync(data);
  const path = join(data, 'postmaster.pid');
  return {
    data,
    elsewhere: folder.path,
    afterwards(pid: number): string {
      writeFileSync(path, `${pid}\n${REST}`);
      disownLeftLock({ data, account: undefined });
      return readFileSync(path, 'utf8');
    },
    [Symbol.dispose]: () => folder.remove(),
  };
}

async function runIn(cwd: string) {
  const child: ChildProcess = spawn('sleep', ['60'], { cwd, stdio: 'ignore' });
  await once(child, 'spawn');
  return {
    pid: child.pid ?? 0,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
