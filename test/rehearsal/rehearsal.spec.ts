import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findHelm } from '../chart/helm.ts';
import { Rehearsal } from './rehearsal.ts';

const root = join(import.meta.dirname, '../..');
const IS_WHOLE = process.env['DASF_TEST_WHOLE_REHEARSAL'] !== undefined;
/** A short part of the contract, in which each service has its share. */
const SHORT = ['frames', 'publishing', 'availability', 'tickets'].map(
  (name) => `test/contract/${name}.spec.ts`,
);

const helm = await findHelm();
const natsServer = inject('natsServerBinary');

function cannotRehearse(): boolean {
  const reason =
    process.platform !== 'linux'
      ? 'only Linux has an address on loopback for each pod'
      : !(natsServer && helm) && 'there is no nats-server, or no helm';
  if (reason) process.stderr.write(`The rehearsal of the chart is skipped: ${reason}.\n`);
  return Boolean(reason);
}

describe.skipIf(cannotRehearse())('what the chart starts with small values', () => {
  let rehearsal: Rehearsal;
  beforeAll(async () => {
    const tools = { helm: helm ?? '', natsServer: natsServer ?? '', databaseUrl: inject('databaseUrl') };
    rehearsal = await Rehearsal.start('small', tools);
  }, 300_000);
  afterAll(() => rehearsal?.[Symbol.asyncDispose]());

  it('passes its own test', async () => {
    expect(await rehearsal.test()).toContain('All parts of the broker answer.');
  }, 60_000);

  it('keeps the wire contract', async () => {
    const { edge, api } = rehearsal;
    const words = ['--edge', edge, '--api', api, '--secret-file', await rehearsal.secretFile()];
    const { code, output } = await contract([...words, ...(IS_WHOLE ? [] : SHORT)]);
    expect(code, output).toBe(0);
  }, 1_800_000);

  it('ends within its grace when it is asked', async () => {
    expect(await rehearsal.stop()).toEqual({ edge: 0, store: 0, api: 0 });
  }, 120_000);
});

/** The suite by its own command, as one who has nothing but addresses runs it. */
async function contract(words: readonly string[]): Promise<{ code: number | null; output: string }> {
  const env = Object.entries(process.env).filter(([name]) => !/^(VITEST|DASF_|NODE_ENV$|TEST$)/.test(name));
  const child = spawn(process.execPath, ['test/contract/run.ts', ...words], {
    cwd: root,
    env: Object.fromEntries(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (IS_WHOLE) process.stderr.write(text);
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}
