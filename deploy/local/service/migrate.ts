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
  /** The address of a database that is not ours to start. */
  readonly givenUrl: string | undefined;
}

const SILENT_MS = 4_000;
const ADVICE = 'start it there, or put DASF_DATABASE_URL right.';

/** Brings the database's tables and the log's streams up to date; services wait for that. */
export async function migrate(
  { script, env, log, signal, givenUrl }: MigrateOptions,
  events: ChildEvents,
): Promise<void> {
  const child = spawn(process.execPath, [script], {
    env,
    signal,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) events.launched('migrate', child.pid);
  let told = false;
  const waits = (why: string) => {
    if (!told && givenUrl) events.say(`Waiting for the database at ${hostOf(givenUrl)}${why} …: ${ADVICE}`);
    told = true;
  };
  const silence = setTimeout(waits, SILENT_MS, '');
  const output = new Output(
    log,
    (line) => {
      const waiting = /^Waiting for the database(.*) …$/.exec(line);
      if (waiting) waits(waiting[1] ?? '');
      return waiting ? undefined : wordsOf(line);
    },
    () => {},
  );
  output.read(child);
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.once('close', resolve);
  });
  clearTimeout(silence);
  if (child.pid !== undefined) events.gone('migrate', child.pid);
  if (code !== 0) {
    throw new StartFault(
      `What the services work with could not be brought up to date: ${output.lastWords || log.path}`,
    );
  }
}

/** Without user and password, which are nobody's to read. */
function hostOf(url: string): string {
  return URL.parse(url)?.host || 'the address in DASF_DATABASE_URL';
}
