import { readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '@dasf-broker/deploy';
import { parse } from 'yaml';
import { codeBlocks } from '../../docs/code-blocks.ts';

const root = join(import.meta.dirname, '../../..');

export type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly depends_on?: readonly string[] | Readonly<Record<string, { readonly condition: Condition }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

export type Variables = Readonly<Record<string, string>>;

/** `deploy/.env` as the commands of docs/compose.md make it in a folder, and the key of tokens beside it. */
export async function makeKeys(folder: string): Promise<Variables> {
  const page = readFileSync(join(root, 'docs/compose.md'), 'utf8');
  const block = codeBlocks(page).find(({ text }) => text.includes('deploy/.env'));
  if (!block) throw new Error('docs/compose.md does not say how deploy/.env is made.');
  await mkdir(join(folder, 'deploy'));
  const { code, stderr } = await runTool('bash', ['-euc', block.text], { cwd: folder });
  if (code !== 0) throw new Error(`The keys of docs/compose.md were not made:\n${stderr}`);
  const lines = (await readFile(join(folder, 'deploy/.env'), 'utf8')).trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** The services of deploy/compose.yaml, with these variables in their places. */
export function readServices(variables: Variables): Readonly<Record<string, ComposeService>> {
  const document = parse(readFileSync(join(root, 'deploy/compose.yaml'), 'utf8'), { merge: true });
  return filled(document.services, variables) as Readonly<Record<string, ComposeService>>;
}

/** Whom a service waits for, and for what of them. */
export function dependencies({ depends_on = [] }: ComposeService): readonly [string, Condition][] {
  if (Array.isArray(depends_on)) return depends_on.map((name) => [name, 'service_started']);
  return Object.entries(depends_on as Readonly<Record<string, { condition: Condition }>>).map(
    ([name, { condition }]) => [name, condition],
  );
}

function filled(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return interpolated(value, variables);
  if (Array.isArray(value)) return value.map((one) => filled(one, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one, variables)]));
}

/** `${NAME}`, `${NAME:-preset}` and `${NAME:?why}`. */
function interpolated(text: string, variables: Variables): string {
  return text.replaceAll(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_all, name: string, sign: string, rest: string) => {
      const value = variables[name];
      if (value) return value;
      if (sign === '-') return rest;
      throw new Error(`${name} is not set${sign === '?' ? `: ${rest}` : ''}.`);
    },
  );
}
