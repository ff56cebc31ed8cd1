import { join } from 'node:path';
import { runTool } from '@dasf-broker/deploy';
import { eventually } from '@dasf-broker/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { contract, SHORT } from '../contract.ts';
import { findCaddy } from './caddy.ts';
import { ComposeRehearsal } from './rehearsal.ts';

/** What the file's own health checks, its script of roles and the commands of docs/compose.md call. */
const CALLED = ['bash', 'openssl', 'psql', 'pg_isready', 'wget'];
const natsServer = inject('natsServerBinary');
const caddy = await findCaddy();

async function cannotRehearse(): Promise<boolean> {
  const missing: string[] = [];
  for (const name of CALLED) if ((await runTool(name, ['--version'])).code === null) missing.push(name);
  const reason =
    process.platform !== 'linux'
      ? 'only Linux has an address on loopback for each service'
      : natsServer === undefined
        ? 'there is no nats-server'
        : missing.length > 0 && `there is no ${missing.join(', no ')} on the PATH`;
  if (reason) process.stderr.write(`The rehearsal of deploy/compose.yaml is skipped: ${reason}.\n`);
  else if ('missing' in caddy) process.stderr.write(`It is rehearsed without its proxy: ${caddy.missing}.\n`);
  return Boolean(reason);
}

describe.skipIf(await cannotRehearse())('what deploy/compose.yaml starts', () => {
  let rehearsal: ComposeRehearsal;
  beforeAll(async () => {
    const tools = { natsServer: natsServer ?? '', caddy: 'missing' in caddy ? undefined : caddy };
    rehearsal = await ComposeRehearsal.start(tools);
  }, 600_000);
  afterAll(() => rehearsal?.[Symbol.asyncDispose]());

  it('is each service of the file', async () => {
    expect(Object.keys(rehearsal.services).toSorted()).toEqual(
      ['nats', 'nats-folder', 'postgres', 'migrate', 'store', 'edge', 'api', 'proxy'].toSorted(),
    );
    const migrated = await rehearsal.outputOf('migrate');
    expect(migrated).toContain('The database is up to date');
    expect(migrated).toContain('The log is up to date');
  });

  it.each(['store', 'edge', 'api'])('gives %s all that it needs', async (name) => {
    const address = `http://${rehearsal.addressOf(name)}:9090/readyz`;
    await eventually(async () => (await fetch(address)).status === 200);
  });

  it('keeps the wire contract', async () => {
    const { code, output } = await contract(
      {
        edges: [`ws://${rehearsal.addressOf('edge')}:8080/ws/`],
        apis: [`http://${rehearsal.addressOf('api')}:8081/dasf-broker-django/`],
        secretFile: rehearsal.secretFile,
      },
      SHORT,
    );
    expect(code, output).toBe(0);
  }, 600_000);

  it.skipIf('missing' in caddy)(
    'keeps it through the proxy, over TLS',
    async () => {
      const { domain } = caddy as { domain: string };
      const { code, output } = await contract(
        {
          edges: [`wss://${domain}/ws/`],
          apis: [`https://${domain}/dasf-broker-django/`],
          secretFile: rehearsal.secretFile,
        },
        SHORT,
        { env: { NODE_EXTRA_CA_CERTS: join(rehearsal.folder, 'caddy/pki/authorities/local/root.crt') } },
      );
      expect(code, output).toBe(0);
    },
    600_000,
  );

  it('ends when it is asked', async () => {
    expect(await rehearsal.stop('edge', 'store', 'api')).toEqual([0, 0, 0]);
  }, 120_000);
});
