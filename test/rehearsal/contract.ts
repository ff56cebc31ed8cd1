import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A short part of the contract, in which each service has its share. */
export const SHORT = ['frames', 'publishing', 'availability', 'tickets'].map(
  (name) => `test/contract/${name}.spec.ts`,
);

export interface Broker {
  readonly edges: readonly string[];
  readonly apis: readonly string[];
  readonly secretFile: string;
}

export interface ContractOptions {
  /** Variables besides those of the machine. */
  readonly env?: Readonly<Record<string, string>>;
  /** Is told what the suite says while it runs. */
  readonly say?: (text: string) => void;
}

/** The suite by its own command, as one who has nothing but addresses runs it. */
export async function contract(
  { edges, apis, secretFile }: Broker,
  specs: readonly string[],
  { env = {}, say = () => {} }: ContractOptions = {},
): Promise<{ code: number | null; output: string }> {
  const words = [
    ...edges.flatMap((edge) => ['--edge', edge]),
    ...apis.flatMap((api) => ['--api', api]),
    ...['--secret-file', secretFile],
  ];
  const machine = Object.entries(process.env).filter(
    ([name]) => !/^(VITEST|DASF_|NODE_ENV$|TEST$)/.test(name),
  );
  const child = spawn(process.execPath, ['test/contract/run.ts', ...words, ...specs], {
    cwd: root,
    env: { ...Object.fromEntries(machine), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      say(text);
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}
