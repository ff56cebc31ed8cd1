import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OwnNatsServer } from '@dasf-broker/testing';
import { type NatsConnection, nkeys } from '@nats-io/transport-node';
import { describe, expect, inject, it } from 'vitest';
import { connectNats, type NatsOptions } from './connection.ts';
import { certificatesFor } from './testing/certificates.ts';
import { jwtServer } from './testing/jwt-server.ts';

/** Why it was not let in; fails where it was. */
async function reasonAgainst(options: Omit<NatsOptions, 'client'>): Promise<string> {
  const giveUp = new AbortController();
  let reason = '';
  const waiting = (error: Error) => {
    reason = error.message;
    giveUp.abort(error);
  };
  const connecting = connectNats({ ...options, client: 'test', waiting, signal: giveUp.signal });
  await expect(connecting).rejects.toThrow(reason);
  return reason;
}

async function expectIn(options: Omit<NatsOptions, 'client'>): Promise<NatsConnection> {
  const nc = await connectNats({ ...options, client: 'test' });
  await nc.flush();
  return nc;
}

const withUser = (url: string, user: string) => url.replace('//', `//${user}@`);

describe.skipIf(!inject('natsServerBinary'))('a connection', () => {
  it('shows a password that stands in the address or apart from it', async () => {
    await using server = await OwnNatsServer.start('authorization { user: ada, password: "p@ss" }');
    const { url } = server;
    await using _one = await expectIn({ url: withUser(url, 'ada:p%40ss') });
    await using _two = await expectIn({ url, user: 'ada', password: 'p@ss' });
    await using _three = await expectIn({ url: withUser(url, 'eve:wrong'), user: 'ada', password: 'p@ss' });
    await using _four = await expectIn({ url: withUser(url, 'ada'), password: 'p@ss' });
    expect(await reasonAgainst({ url })).toMatch(/authorization violation/i);
    expect(await reasonAgainst({ url: withUser(url, 'ada:wrong') })).toMatch(/authorization violation/i);
  });

  it('shows an nkey', async () => {
    const keys = nkeys.createUser();
    await using server = await OwnNatsServer.start(
      `authorization { users: [{ nkey: ${keys.getPublicKey()} }] }`,
    );
    const { url } = server;
    const seedOf = (user: nkeys.KeyPair) => new TextDecoder().decode(user.getSeed());
    await using _ = await expectIn({ url, nkeySeed: seedOf(keys) });
    expect(await reasonAgainst({ url, nkeySeed: seedOf(nkeys.createUser()) })).toMatch(/authorization/i);
  });

  it('shows the credentials of a JWT', async () => {
    const { config, credentials } = jwtServer();
    await using server = await OwnNatsServer.start(config);
    const { url } = server;
    await using _ = await expectIn({ url, credentials });
    expect(await reasonAgainst({ url, credentials: jwtServer().credentials })).toMatch(/authorization/i);
  });

  it('has an inbox of its own', async () => {
    await using nc = await connectNats({ url: inject('natsUrl'), client: 'edge' });
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    nc.subscribe('inbox.question', { callback: (_error, question) => resolve(question.reply) });
    await nc.request('inbox.question', '', { timeout: 100 }).catch(() => {});
    expect(await promise).toMatch(/^_INBOX_edge\./);
  });

  it('ends its waiting when it is told to', async () => {
    const stop = new AbortController();
    const reasons: string[] = [];
    const waiting = ({ message }: Error) => {
      reasons.push(message);
      setTimeout(() => stop.abort(new Error('stopped')), 1200);
    };
    const options = { url: 'nats://127.0.0.1:1', client: 'test', waiting, signal: stop.signal };
    await expect(connectNats(options)).rejects.toThrow('stopped');
    expect(reasons).toEqual(['connection refused']);
  });
});

describe.skipIf(!inject('natsServerBinary'))('T16: TLS', () => {
  async function tlsServer(address: string) {
    const folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-tls-'));
    const { ca, cert, key } = await certificatesFor(address);
    writeFileSync(join(folder.path, 'cert.pem'), cert);
    writeFileSync(join(folder.path, 'key.pem'), key);
    const file = (name: string) => JSON.stringify(join(folder.path, name));
    const server = await OwnNatsServer.start(
      `tls { cert_file: ${file('cert.pem')}, key_file: ${file('key.pem')} }`,
    );
    return {
      ca,
      url: server.url.replace('nats:', 'tls:'),
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        folder.remove();
      },
    };
  }

  it('takes a server whose certificate the given authority signed', async () => {
    await using server = await tlsServer('127.0.0.1');
    await using nc = await expectIn(server);
    expect(nc.info?.tls_required).toBe(true);
    await using _ = await expectIn({ ...server, url: server.url.replace('tls:', 'nats:') });
  });

  it('refuses one of an authority that nobody knows', async () => {
    await using server = await tlsServer('127.0.0.1');
    expect(await reasonAgainst({ url: server.url })).toMatch(/unable to verify|self-signed/);
    const { ca } = await certificatesFor('127.0.0.1');
    expect(await reasonAgainst({ url: server.url, ca })).toMatch(/unable to verify|signature/);
  });

  it('refuses a certificate that was made for another server', async () => {
    await using server = await tlsServer('127.0.0.2');
    expect(await reasonAgainst(server)).toMatch(/does not match certificate|not in the cert/);
  });

  it('says nothing to a server that does not encrypt', async () => {
    await using server = await OwnNatsServer.start('authorization { user: ada, password: hush }');
    const url = withUser(server.url.replace('nats:', 'tls:'), 'ada:hush');
    expect(await reasonAgainst({ url })).toMatch(/does not support 'tls'/);
    const { ca } = await certificatesFor('127.0.0.1');
    expect(await reasonAgainst({ url: withUser(server.url, 'ada:hush'), ca })).toMatch(
      /does not support 'tls'/,
    );
  });
});
