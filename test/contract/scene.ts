import { afterAll, beforeAll } from 'vitest';
import {
  type Broker,
  type BrokerOptions,
  type ConnectOptions,
  DasfSocket,
  startBroker,
} from '../harness/index.ts';

/** One broker for a file of contract tests, and short words for what they do with it. */
export interface Scene {
  readonly broker: Broker;
  /** A name that no other test uses. */
  slug(): string;
  /** A connection to one of the edges, by turns. */
  connect(path: string, options?: ConnectOptions): Promise<DasfSocket>;
  token(user: string, permissions?: readonly string[], ttlSeconds?: number): Promise<string>;
  /** An operator's request under `/api/v1/topics`; fails unless it succeeds. */
  administer(method: string, path: string, body?: object): Promise<void>;
  /** A topic that this user's message made, empty again. */
  madeTopic(user?: string): Promise<{ topic: string; token: string }>;
}

export function useBroker(
  settings: Readonly<Record<string, string>> = {},
  storeTimes: NonNullable<BrokerOptions['storeTimes']> = {},
): Scene {
  let broker: Broker | undefined;
  let turn = 0;
  beforeAll(async () => {
    broker = await startBroker({ settings, storeTimes });
  });
  afterAll(() => broker?.[Symbol.asyncDispose]());

  const running = () => {
    if (!broker) throw new Error('The broker is not running yet.');
    return broker;
  };
  const scene: Scene = {
    get broker() {
      return running();
    },
    slug: () => `t-${crypto.randomUUID()}`,
    connect: (path, options) => {
      const { edges } = running();
      turn += 1;
      return DasfSocket.connect(edges[turn % edges.length] ?? edges[0], path, options);
    },
    token: (user, permissions, ttlSeconds) => running().token(user, permissions, ttlSeconds),
    administer: async (method, path, body) => {
      const token = await scene.token('operator', ['administer']);
      const response = await fetch(new URL(`/api/v1/topics${path}`, running().api), {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    },
    madeTopic: async (user = 'alice') => {
      const topic = scene.slug();
      const token = await scene.token(user, ['add_brokertopic']);
      await using consumer = await scene.connect(`${topic}/maker`, { token });
      await using producer = await scene.connect(topic, { token });
      await producer.publish({ payload: 'first' });
      consumer.acknowledge(await consumer.nextMessage());
      return { topic, token };
    },
  };
  return scene;
}
