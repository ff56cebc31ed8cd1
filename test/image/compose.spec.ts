import { readFileSync } from 'node:fs';
import { cp, mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { apiSpecs } from '@dasf-broker/api';
import { type Environment, unknownSettings } from '@dasf-broker/config';
import { runTool } from '@dasf-broker/deploy';
import { edgeSpecs } from '@dasf-broker/edge';
import { accountsConfig, type Logins, SERVICES } from '@dasf-broker/rights';
import { migrationSpecs, storeSpecs } from '@dasf-broker/store';
import { DCLinter } from 'dclint';
import { describe, expect, inject, it } from 'vitest';
import { parse } from 'yaml';
import { root } from './dockerfile.ts';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
}

interface Finding {
  readonly rule: string;
}

const path = join(root, 'deploy/compose.yaml');
const accounts = join(root, 'deploy/compose/dasf-accounts.conf');
const document = parse(readFileSync(path, 'utf8'), { merge: true });
const services: Readonly<Record<string, Service>> = document.services;
const SCHEMA_RULES = ['invalid-schema', 'invalid-yaml'];
const specs = {
  edge: edgeSpecs,
  api: apiSpecs,
  store: storeSpecs,
  migrate: { ...storeSpecs, ...migrationSpecs },
};

describe('deploy/compose.yaml', () => {
  it('is as its schema says', () => {
    const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] });
    const found = linter
      .lintFiles([path], false)
      .flatMap(({ messages }: { messages: Finding[] }) => messages);
    expect(found.filter(({ rule }: Finding) => SCHEMA_RULES.includes(rule))).toEqual([]);
    expect(found.length, 'findings of other rules, which are matters of taste').toBeGreaterThan(0);
  });

  it.each(Object.entries(specs))('gives %s no setting that it does not know', (name, known) => {
    const env = services[name]?.environment as Environment;
    expect(env).toMatchObject({ DASF_NATS_USER: expect.any(String), DASF_LOG_PARTITIONS: '4' });
    expect(unknownSettings(known, env)).toEqual([]);
  });

  it('lets only those of others write to where they are', () => {
    const writable = Object.entries(services).filter(([, service]) => service.read_only !== true);
    expect(writable.map(([name]) => name)).toEqual(['nats-folder', 'postgres']);
  });

  it('speaks of no password that deploy/.env does not hold', () => {
    const text = readFileSync(path, 'utf8');
    const asked = new Set([...text.matchAll(/\$\{(DASF_\w+)[:}]/g)].map(([, name = '']) => name));
    const told = readFileSync(join(root, 'docs/compose.md'), 'utf8');
    const isTold = (name: string) => told.includes(/^DASF_(\w+)_PASSWORD$/.exec(name)?.[1] ?? name);
    expect(asked.size).toBeGreaterThan(10);
    expect([...asked].filter((name) => !isTold(name))).toEqual([]);
  });
});

describe('deploy/compose/nats-server.conf', () => {
  it('lets each service do what it needs (-u writes it)', async () => {
    const logins = SERVICES.map((service) => [
      service,
      { user: `dasf-${service}`, passwordFrom: `DASF_NATS_${service.toUpperCase()}_PASSWORD` },
    ]);
    const written = accountsConfig(
      { namespace: 'dasf', partitions: 4 },
      Object.fromEntries(logins) as Logins,
    );
    await expect(`${written}\n`).toMatchFileSnapshot(accounts);
  });

  it.skipIf(!inject('natsServerBinary'))('is what nats-server takes', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'dasf-compose-'));
    await cp(join(root, 'deploy/compose'), folder.path, { recursive: true });
    const { environment = {} } = services['nats'] as Service;
    // Passwords that nats-server would read as numbers, were they not quoted.
    const passwords = Object.entries(environment).map(([name, value]) => [
      name,
      value.replace(/\$\{.*\}/, '507'),
    ]);
    const env = { ...Object.fromEntries(passwords), DASF_MAX_FILE_STORE: '1GB' };
    const words = ['-t', '--config', join(folder.path, 'nats-server.conf')];
    const { stderr } = await runTool(inject('natsServerBinary') ?? '', words, { env });
    expect(stderr).toMatch(/is valid/);
  });
});
