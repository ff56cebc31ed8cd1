import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseSecret, signToken } from '@dasf-broker/access';

/** The local stack that `npm start` has running on the data folder. */
export interface RunningStack {
  /** Where the websocket addresses begin. */
  readonly edge: string;
  /** Makes a token that lives for ten minutes. */
  token(user: string, permissions: readonly string[]): Promise<string>;
}

const root = dirname(dirname(import.meta.dirname));

/** @throws {Error} that says what to do, where none is running */
export function findRunningStack(env: NodeJS.ProcessEnv): RunningStack {
  const dataDir = resolve(root, env['DASF_DATA_DIR'] ?? '.dasf');
  let file: { edge: string; tokenSecretFile: string };
  try {
    file = JSON.parse(readFileSync(resolve(dataDir, 'stack.json'), 'utf8'));
  } catch {
    throw new Error(`No broker is running on ${dataDir}: start one with "npm start" and try again.`);
  }
  const secret = parseSecret(readFileSync(file.tokenSecretFile, 'utf8').trim());
  return {
    edge: file.edge,
    token: (sub, permissions) => signToken({ sub, permissions, ttlSeconds: 600 }, secret),
  };
}
