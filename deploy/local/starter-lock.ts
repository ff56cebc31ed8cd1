import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { pollUntil } from './child/poll.ts';
import { isRunning } from './process-identity.ts';
import { readRun } from './run-file.ts';
import { codeOf, StartFault } from './start-fault.ts';

const NOTICE_MS = 1_500;
const STOP_WITHIN_MS = 120_000;

/**
 * Makes this process the only starter on a data folder. The kernel keeps the lock (a socket name of Linux that is
 * no file), so that it ends with the process, however that ends; elsewhere the run file has to do.
 */
export async function lockDataFolder(dataDir: string, say: (line: string) => void): Promise<AsyncDisposable> {
  const name = `\0dasf-broker-${createHash('sha256').update(realpathSync(dataDir)).digest('hex')}`;
  let lock = await tryLock(name, dataDir);
  if (!lock) {
    await untilItEnds(dataDir, say);
    lock = await tryLock(name, dataDir);
  }
  if (!lock) throw inUse(dataDir);
  return lock;
}

/** One that is ending now is waited for; one that was just cut off from its npm notices that in a moment. */
async function untilItEnds(dataDir: string, say: (line: string) => void): Promise<void> {
  const stopping = pollUntil(async () => starterOf(dataDir)?.stopping !== false, NOTICE_MS);
  if (
    !(await stopping.then(
      () => true,
      () => false,
    ))
  )
    throw inUse(dataDir);
  if (starterOf(dataDir)) say('Waiting for the last start to end …');
  await pollUntil(async () => starterOf(dataDir) === undefined, STOP_WITHIN_MS).catch(() => {
    throw inUse(dataDir);
  });
}

function starterOf(dataDir: string): { pid: number; stopping: boolean } | undefined {
  const run = readRun(dataDir);
  return run && isRunning(run.starter) ? { pid: run.starter.pid, stopping: run.stopping } : undefined;
}

function inUse(dataDir: string): StartFault {
  const starter = starterOf(dataDir);
  const who = starter ? ` (process ${starter.pid})` : '';
  return new StartFault(
    `DASF broker already runs on ${dataDir}${who}: end it first, or set DASF_DATA_DIR, DASF_EDGE_PORT and DASF_API_PORT to start a second one.`,
  );
}

async function tryLock(name: string, dataDir: string): Promise<AsyncDisposable | undefined> {
  if (process.platform !== 'linux') {
    return starterOf(dataDir) ? undefined : { [Symbol.asyncDispose]: async () => {} };
  }
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen(name);
    await once(server, 'listening');
    server.unref();
    return server;
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
}
