import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../run.ts';

/** A folder and an environment of its own to run commands in. */
export async function createTerminal(env: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'dasf-cli-'));
  const dasfWith = async (more: Record<string, string>, ...words: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const context = {
      env: { ...env, ...more },
      projectRoot: folder,
      storeScript: '',
      settingsScripts: {},
      out: (line: string) => void out.push(line),
      err: (line: string) => void err.push(line),
    };
    const code = await run(words, context);
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
  return {
    folder,
    dataDir: join(folder, '.dasf'),
    /** Runs one command; what it prints is joined to one text. */
    dasf: (...words: string[]) => dasfWith({}, ...words),
    /** As `dasf`, with more variables. */
    dasfWith,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
