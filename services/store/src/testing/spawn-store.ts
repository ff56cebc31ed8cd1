import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { StoreConfig } from '../config.ts';

/** The store as it is in operation. */
export const SERVICE = fileURLToPath(new URL('../main.ts', import.meta.url));
/** The same, in a hurry. */
const FAST = fileURLToPath(new URL('./store-process.ts', import.meta.url));

export interface StoreProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** Kills it without asking, and waits until it is gone. */
  kill(): Promise<void>;
}

export async function spawnStore(
  { natsUrl, databaseUrl, log, logLevel }: StoreConfig,
  script = FAST,
): Promise<StoreProcess> {
  const child = spawn(process.execPath, [script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      DASF_NATS_URL: natsUrl,
      DASF_DATABASE_URL: databaseUrl,
      DASF_NAMESPACE: log.namespace,
      DASF_LOG_PARTITIONS: `${log.partitions}`,
      DASF_LOG_LEVEL: logLevel,
    },
  });
  const gone = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await gone;
  };
  await Promise.race([once(child, 'message'), gone]);
  return { child, kill, [Symbol.asyncDispose]: kill };
}
