import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseSecret, signToken } from '@dasf-broker/access';
import { prepareCredentials } from '@dasf-broker/credentials';
import { prepareLog } from '@dasf-broker/log';
import { createLogger } from '@dasf-broker/telemetry';
import { natsClient, OidcIssuer, randomNamespace } from '@dasf-broker/testing';
import { inject } from 'vitest';
import { readEdgeConfig } from '../config.ts';
import { createEdge } from '../edge.ts';

const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};

export interface UpgradeAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An edge that lets nobody in without a token: of its own secret, or of an issuer. */
export async function createEdgeScene(env: Record<string, string> = {}) {
  await using opening = new AsyncDisposableStack();
  const issuer = opening.use(await OidcIssuer.start());
  const folder = opening.use(await mkdtempDisposable(join(tmpdir(), 'dasf-edge-')));
  const issuersFile = join(folder.path, 'issuers.json');
  const described = { issuer: issuer.url, audience: 'dasf-broker', userPrefix: 'issuer:', type: 'at+jwt' };
  await writeFile(issuersFile, JSON.stringify({ issuers: [described] }));
  const secret = randomBytes(32).toString('base64url');
  const lines: string[] = [];
  const config = readEdgeConfig({
    DASF_NATS_URL: inject('natsUrl'),
    DASF_NAMESPACE: randomNamespace(),
    DASF_LOG_PARTITIONS: '1',
    DASF_EDGE_PORT: '0',
    DASF_ALLOW_ANONYMOUS: 'false',
    DASF_JWT_SECRET: secret,
    DASF_OIDC_ISSUERS_FILE: issuersFile,
    ...env,
  });
  const logger = createLogger(
    { name: 'edge', level: 'trace' },
    { write: (line: string) => void lines.push(line) },
  );
  await using nc = await natsClient();
  await prepareLog(nc, config.log);
  await prepareCredentials(nc, config.log);
  const edge = opening.use(await createEdge(config, { logger }));
  const running = opening.move();
  return {
    config,
    issuer,
    lines,
    secret: parseSecret(secret),
    token: (sub: string, ttlSeconds = 60, permissions: readonly string[] = []) =>
      signToken({ sub, permissions, ttlSeconds }, parseSecret(secret)),
    address: edge.address,
    monitoring: edge.monitoring,
    /** A token of the issuer's. */
    issued: (claims = {}, header = {}) => issuer.sign(claims, { typ: 'at+jwt', ...header }),
    upgrade: (path: string, headers: Record<string, string> = {}) =>
      upgrade(new URL(path, edge.address), headers),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** What an upgrade is answered; an open connection is ended at once. */
async function upgrade(url: URL, headers: Record<string, string>): Promise<UpgradeAnswer> {
  const asked = request({
    host: url.hostname,
    port: url.port,
    path: `${url.pathname}${url.search}`,
    headers: { ...UPGRADE, ...headers },
  }).end();
  const opened = once(asked, 'upgrade').then(([response, socket]) => {
    socket.destroy();
    return { status: 101, headers: response.headers, body: '' };
  });
  const refused = once(asked, 'response').then(async ([response]) => ({
    status: response.statusCode as number,
    headers: response.headers,
    body: await text(response),
  }));
  return Promise.race([opened, refused]);
}
