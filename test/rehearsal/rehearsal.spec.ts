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

/** Three servers with three copies, and two of everything else. */
const LARGER = [
  'nats.server.replicas=3',
  'log.replicas=3',
  'edge.replicas=2',
  'store.replicas=2',
  'api.replicas=2',
];

const BACKUPS = 'backup.enabled=true';

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

describe.skipIf(cannotRehearse())('what the chart starts', () => {
  let rehearsal: Rehearsal;
  beforeAll(async () => {
    const tools = { helm: helm ?? '', natsServer: natsServer ?? '', databaseUrl: inject('databaseUrl') };
    rehearsal = await Rehearsal.start('small', [BACKUPS, ...(IS_WHOLE ? LARGER : [])], tools);
  }, 600_000);
  afterAll(() => rehearsal?.[Symbol.asyncDispose]());

  it('passes its own test', async () => {
    expect(await rehearsal.test()).toContain('All parts of the broker answer.');
  }, 60_000);

  it('keeps the wire contract', async () => {
    const addresses = [
      ...rehearsal.edges.flatMap((edge) => ['--edge', edge]),
      ...rehearsal.apis.flatMap((api) => ['--api', api]),
    ];
    const words = [...addresses, '--secret-file', await rehearsal.secretFile()];
    const { code, output } = await contract([...words, ...(IS_WHOLE ? [] : SHORT)]);
    expect(code, output).toBe(0);
  }, 1_800_000);

  it('backs its database up', async () => {
    const output = await rehearsal.backup();
    expect(output).toMatch(/\/backups\/dasf-store-\w+\.zip holds the store as it was at /);
    expect(output).not.toContain('could not be told');
  }, 60_000);

  it('ends within its grace when it is asked', async () => {
    const ended = await rehearsal.stop();
    expect(Object.keys(ended).length).toBeGreaterThanOrEqual(3);
    expect(
      Object.values(ended).filter((code) => code !== 0),
      JSON.stringify(ended),
    ).toEqual([]);
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
