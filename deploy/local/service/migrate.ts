import { spawn } from 'node:child_process';
import type { LogFile } from '../child/log-file.ts';
import { Output } from '../child/output.ts';
import type { ChildEvents } from '../child/plan.ts';
import { StartFault } from '../start-fault.ts';
import { wordsOf } from './words.ts';

export interface MigrateOptions {
  readonly script: string;
  readonly env: NodeJS.ProcessEnv;
  readonly log: LogFile;
  readonly signal: AbortSignal;
}

/** Brings the database's tables up to date; nothing may write to them before that. */
export async function migrate(
  { script, env, log, signal }: MigrateOptions,
  events: ChildEvents,
): Promise<void> {
  const child = spawn(process.execPath, [script], {
    env,
    signal,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) events.launched('migrate', child.pid);
  const output = new Output(log, wordsOf, () => {});
  output.read(child);
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.once('close', resolve);
  });
  if (child.pid !== undefined) events.gone('migrate', child.pid);
  if (code !== 0) {
    throw new StartFault(
      `The database's tables could not be brought up to date: ${output.lastWords || log.path}`,
    );
  }
}
