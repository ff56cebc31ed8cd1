import { afterAll, beforeAll } from 'vitest';
import {
  type Broker,
  type BrokerOptions,
  type ConnectOptions,
  DasfSocket,
  startBroker,
  type Target,
} from '../harness/index.ts';
import { givenBroker, namePrefix } from './given.ts';

/** One broker for a file of contract tests, and short words for what they do with it. */
export interface Scene<T extends Target = Target> {
  readonly broker: T;
  /** A name that no other test uses, and by which what the run made is found again; it ends with `ending`. */
  slug(ending?: string): string;
  /** A connection to one of the edges, by turns. */
  connect(path: string, options?: ConnectOptions): Promise<DasfSocket>;
  token(user: string, permissions?: readonly string[], ttlSeconds?: number): Promise<string>;
  /** A request to one of the apis, by turns, where status and ping are; redirects are not followed. */
  ask(path: string, token?: string, init?: RequestInit): Promise<Response>;
  /** An operator's request under `/api/v1/topics`; fails unless it succeeds. */
  administer(method: string, path: string, body?: object): Promise<void>;
  /** A topic that this user's message made; it holds none. */
  madeTopic(user?: string): Promise<{ topic: string; token: string }>;
}

/** The broker that the suite is pointed at, else one for this file: two edges, two stores, two apis. */
export function useBroker(): Scene {
  const given = givenBroker();
  if (given) return createScene(() => given);
  return useOwnBroker();
}

/**
 * A broker with settings of its own. Its tests are skipped where the suite is pointed at an address: say so
 * with `withoutOwnBroker`.
 */
export function useOwnBroker(
  settings: Readonly<Record<string, string>> = {},
  storeTimes: NonNullable<BrokerOptions['storeTimes']> = {},
): Scene<Broker> {
  let broker: Broker | undefined;
  beforeAll(async () => {
    if (!givenBroker()) broker = await startBroker({ settings, storeTimes });
  });
  afterAll(() => broker?.[Symbol.asyncDispose]());
  return createScene(() => {
    if (!broker) throw new Error('The broker is not running yet.');
    return broker;
  });
}

function createScene<T extends Target>(target: () => T): Scene<T> {
  let turn = 0;
  const next = (addresses: Target['edges']) => {
    turn += 1;
    return addresses[turn % addresses.length] ?? addresses[0];
  };
  const request = (url: URL, token: string | undefined, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (token) headers.set('authorization', `Bearer ${token}`);
    return fetch(url, { redirect: 'manual', ...init, headers });
  };
  const scene: Scene<T> = {
    get broker() {
      return target();
    },
    slug: (ending = '') => `${namePrefix()}${crypto.randomUUID()}${ending}`,
    connect: (path, options) => DasfSocket.connect(next(target().edges), path, options),
    token: (user, permissions, ttlSeconds) => target().token(user, permissions, ttlSeconds),
    ask: (path, token, init) => request(new URL(path, next(target().apis)), token, init),
    administer: async (method, path, body) => {
      const token = await scene.token('operator', ['administer']);
      const content = body && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      };
      const url = new URL(`/api/v1/topics${path}`, next(target().apis));
      const response = await request(url, token, { method, ...content });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    },
    madeTopic: async (user = 'alice') => {
      const topic = scene.slug();
      const token = await scene.token(user, ['add_brokertopic']);
      await using producer = await scene.connect(topic, { token });
      // Makes the topic as any message does, and is not stored itself (DLV-9).
      const answer = await producer.publish({ properties: { messageType: 'ping' } });
      if (answer.result !== 'ok') throw new Error(`The topic was not made: ${JSON.stringify(answer)}`);
      return { topic, token };
    },
  };
  return scene;
}
