import { spawn } from 'node:child_process';
import { mkdirSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildPlan } from '../child/plan.ts';
import { pollUntil } from '../child/poll.ts';

export interface NatsOptions {
  readonly binary: string;
  readonly dataDir: string;
  readonly port: number;
  /** Answers health checks; on loopback only. */
  readonly monitorPort: number;
  /** The part of the configuration that says who may do what; without it anybody may do everything. */
  readonly accounts?: string;
}

const READY_WITHIN_MS = 120_000; // it reads its streams first, and those may be large
const ANSWER_WITHIN_MS = 2_000;

export function natsUrlOf({ port }: Pick<NatsOptions, 'port'>): string {
  return `nats://127.0.0.1:${port}`;
}

export function natsPlan(options: NatsOptions): ChildPlan {
  return {
    name: 'nats',
    launch() {
      const config = writeConfig(options);
      // A group of its own: Ctrl-C must reach the services first, and it only after them.
      return spawn(options.binary, ['--config', config], {
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    },
    words: (line) => (/\[(INF|DBG|TRC|WRN)\]/.test(line) ? undefined : line),
    async untilReady(_child, signal) {
      await pollUntil(() => isHealthy(options, true), READY_WITHIN_MS, signal);
      return natsUrlOf(options);
    },
    isHealthy: () => isHealthy(options),
    stopSignals: ['SIGTERM', 'SIGKILL'],
    patienceMs: 20_000,
    maxFirstDeaths: 2,
  };
}

async function isHealthy({ monitorPort }: NatsOptions, booting = false): Promise<boolean> {
  try {
    const url = `http://127.0.0.1:${monitorPort}/healthz${booting ? '' : '?js-server-only=true'}`;
    return (await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })).ok;
  } catch {
    return false;
  }
}

function writeConfig(options: NatsOptions): string {
  const { dataDir } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'nats-server.conf');
  writeFileSync(path, configuration(options, roomFor(dataDir)), { mode: 0o600 });
  return path;
}

/**
 * Half of the disk that holds the log, at most 100 GB. It only has to be explicit and the same at each start: the
 * preset is a part of what happens to be free, so that streams which fitted once may no longer fit.
 */
function roomFor(dataDir: string): number {
  const { blocks, bsize } = statfsSync(dataDir);
  return Math.min(Math.floor((blocks * bsize) / 2), 100_000_000_000);
}

export function configuration(
  { dataDir, port, monitorPort, accounts = '' }: Omit<NatsOptions, 'binary'>,
  maxFileStore: number,
): string {
  return `server_name: dasf-broker
listen: "127.0.0.1:${port}"
http: "127.0.0.1:${monitorPort}"
max_payload: 8388608
jetstream {
  store_dir: ${JSON.stringify(dataDir)}
  max_file_store: ${maxFileStore}
  # A message is confirmed only after it is on the disk: with the preset, a power cut takes back confirmed ones.
  sync_interval: always
}
${accounts}`;
}
