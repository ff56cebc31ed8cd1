import { randomBytes } from 'node:crypto';
import { parseSecret, signToken } from '@dasf-broker/access';
import { prepareCredentials } from '@dasf-broker/credentials';
import { prepareLog } from '@dasf-broker/log';
import { createLogger } from '@dasf-broker/telemetry';
import { natsClient, randomNamespace, type WireOptions, WireSocket } from '@dasf-broker/testing';
import { inject } from 'vitest';
import { readEdgeConfig } from '../config.ts';
import { createEdge } from '../edge.ts';

/** An edge on which anybody may make, publish to and consume any topic, and peers that do as they are told. */
export async function createOpenEdge(env: Record<string, string> = {}) {
  const secret = randomBytes(32).toString('base64url');
  const config = readEdgeConfig({
    DASF_NATS_URL: inject('natsUrl'),
    DASF_NAMESPACE: randomNamespace(),
    DASF_LOG_PARTITIONS: '1',
    DASF_EDGE_PORT: '0',
    DASF_JWT_SECRET: secret,
    DASF_ANONYMOUS_PERMISSIONS: 'add_brokertopic,can_produce:*,can_consume:*',
    ...env,
  });
  await using nc = await natsClient(config.natsUrl);
  await prepareLog(nc, config.log);
  await prepareCredentials(nc, config.log);
  const edge = await createEdge(config, { logger: createLogger({ name: 'edge', level: 'silent' }) });
  const addressOf = (path: string) => new URL(path, edge.address);
  return {
    edge,
    config,
    limits: edge.limits,
    addressOf,
    open: (path: string, ...headers: string[]) => WireSocket.open(addressOf(path), headers),
    connect: (options?: WireOptions) => WireSocket.connect(edge.address, options),
    /** The header by which this user speaks. */
    as: async (sub: string, permissions: readonly string[] = []) =>
      `Authorization: Bearer ${await signToken({ sub, permissions, ttlSeconds: 60 }, parseSecret(secret))}`,
    [Symbol.asyncDispose]: () => edge[Symbol.asyncDispose](),
  };
}
