import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findHelm } from '../chart/helm.ts';
import { contract, SHORT } from './contract.ts';
import { Rehearsal } from './rehearsal.ts';

const IS_WHOLE = process.env['DASF_TEST_WHOLE_REHEARSAL'] !== undefined;
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
    const { edges, apis } = rehearsal;
    const broker = { edges, apis, secretFile: await rehearsal.secretFile() };
    const say = (text: string) => void (IS_WHOLE && process.stderr.write(text));
    const { code, output } = await contract(broker, IS_WHOLE ? [] : SHORT, { say });
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
