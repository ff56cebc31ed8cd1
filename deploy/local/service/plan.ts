import { type ChildProcess, spawn } from 'node:child_process';
import { EXIT_CONFIG, EXIT_NOT_PERMITTED } from '@dasf-broker/config';
import type { ChildPlan } from '../child/plan.ts';
import { wordsOf } from './words.ts';

export interface ServiceOptions {
  readonly name: string;
  /** The script that Node runs. */
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Its settings are wrong, or a server does not give it its rights: it would end in the same way again. */
const HOPELESS = [EXIT_CONFIG, EXIT_NOT_PERMITTED];

export function servicePlan({ name, script, env }: ServiceOptions): ChildPlan {
  return {
    name,
    launch: () =>
      spawn(process.execPath, [script], {
        env,
        // A group of its own: Ctrl-C must not reach all services at once, they end in order.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      }),
    words: wordsOf,
    untilReady: saysReady,
    stopSignals: ['SIGTERM', 'SIGKILL'],
    patienceMs: 20_000,
    maxFirstDeaths: Number.POSITIVE_INFINITY,
    hopelessCodes: HOPELESS,
  };
}

/** A service tells its parent `{ready: true, address}` once it serves. */
function saysReady(child: ChildProcess, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: { ready?: unknown; address?: unknown }) => {
      if (message?.ready === true) {
        resolve(typeof message.address === 'string' ? message.address : undefined);
      }
    });
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
