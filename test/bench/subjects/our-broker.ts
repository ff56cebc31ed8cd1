import { readFileSync } from 'node:fs';
import { parseSecret, signToken } from '@dasf-broker/access';
import { pollUntil } from '@dasf-broker/deploy';
import { freePort } from '@dasf-broker/ports';
import { LocalStack } from '../../harness/local-stack.ts';
import type { WireAddress } from '../load/wires/wire.ts';
import type { Subject } from './subject.ts';

/** Of a load generator there is one user at one address; limits are for many. */
export const ROOM = {
  DASF_MAX_CONNECTIONS: '100000',
  DASF_MAX_CONNECTIONS_PER_ADDRESS: '100000',
  DASF_MAX_CONNECTIONS_PER_USER: '100000',
  DASF_ACCEPT_RATE: '5000',
  DASF_ACCEPT_RATE_PER_ADDRESS: '5000',
  DASF_MAX_FRAMES_PER_SECOND: '1000000',
  DASF_MAX_BYTES_PER_SECOND: '10GiB',
  DASF_MAX_RESPONSE_TOPICS_PER_MINUTE: '100000',
};
const SETTLED_WITHIN_MS = 300_000;
const TOPICS_AT_ONCE = 32;

/** What `npm start` starts, with one edge, one store and one api. */
export class OurBroker implements Subject, AsyncDisposable {
  readonly name = 'dasf-broker';
  readonly wire: WireAddress;
  readonly stack: LocalStack;
  readonly #storePort: number;
  readonly #operator: string;

  private constructor(stack: LocalStack, storePort: number, authorization: string, operator: string) {
    this.stack = stack;
    this.wire = { speaks: 'dasf', urls: [stack.edge], authorization };
    this.#storePort = storePort;
    this.#operator = operator;
  }

  static async start(): Promise<OurBroker> {
    const storePort = await freePort();
    const stack = await LocalStack.start({ ...ROOM, DASF_STORE_INTERNAL_PORT: String(storePort) });
    const secret = parseSecret(readFileSync(stack.file.tokenSecretFile, 'utf8').trim());
    const token = async (sub: string, permissions: readonly string[]) =>
      `Bearer ${await signToken({ sub, permissions, ttlSeconds: 86_400 }, secret)}`;
    const user = await token('bench', ['can_produce:*', 'can_consume:*']);
    return new OurBroker(stack, storePort, user, await token('operator', ['administer']));
  }

  pids(): Readonly<Record<string, number>> {
    return this.stack.file.pids;
  }

  async topics(count: number, retention: 'cache' | 'store' = 'cache'): Promise<string[]> {
    const run = crypto.randomUUID().slice(0, 8);
    const names = Array.from({ length: count }, (_, index) => `${retention}-${run}-${index}`);
    const left = [...names];
    const make = async () => {
      for (let name = left.pop(); name !== undefined; name = left.pop()) await this.#make(name, retention);
    };
    await Promise.all(Array.from({ length: TOPICS_AT_ONCE }, make));
    return names;
  }

  /** When the store has folded all. */
  async settled(): Promise<void> {
    await pollUntil(async () => (await this.#lag()) === 0, SETTLED_WITHIN_MS);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stack[Symbol.asyncDispose]();
  }

  async #make(name: string, storeMessages: string): Promise<void> {
    const response = await fetch(new URL('/api/v1/topics', this.stack.file.api), {
      method: 'POST',
      headers: { authorization: this.#operator, 'content-type': 'application/json' },
      body: JSON.stringify({ name, storeMessages }),
    });
    if (!response.ok) throw new Error(`${name} was not made: ${response.status} ${await response.text()}`);
  }

  async #lag(): Promise<number> {
    const metrics = await (await fetch(`http://127.0.0.1:${this.#storePort}/metrics`)).text();
    const lags = [...metrics.matchAll(/^dasf_store_lag_events\{[^}]*\} (\S+)$/gm)];
    if (lags.length === 0) throw new Error('the store does not say how far it is');
    return lags.reduce((sum, [, lag]) => sum + Number(lag), 0);
  }
}
