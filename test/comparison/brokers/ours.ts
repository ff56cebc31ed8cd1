import pg from 'pg';
import { type Broker, type BrokerOptions, startBroker } from '../../harness/index.ts';
import { type ComparedBroker, newName, type Rights, type TopicSettings, type User } from './broker.ts';

/** This broker, operated by its API. */
export class OurBroker implements ComparedBroker {
  readonly websockets: string;
  readonly api: string;
  readonly anonymous: User = { name: 'anonymous', token: {}, httpHeaders: {}, cookie: {} };
  readonly #broker: Broker;

  private constructor(broker: Broker) {
    this.#broker = broker;
    this.websockets = broker.edges[0];
    this.api = broker.api;
  }

  static async start(options: BrokerOptions): Promise<OurBroker> {
    return new OurBroker(await startBroker({ edges: 1, stores: 1, apis: 1, ...options }));
  }

  async user(...permissions: readonly string[]): Promise<User> {
    const name = `user-${crypto.randomUUID()}`;
    const rights = permissions.map((each) => (each.startsWith('can_') ? `${each}:*` : each));
    const token = await this.#broker.token(name, rights);
    const authorization = { authorization: `Token ${token}` };
    return {
      name,
      token: authorization,
      httpHeaders: authorization,
      cookie: { cookie: `dasf_token=${token}` },
    };
  }

  async topic(settings: TopicSettings = {}, rights: Rights = {}): Promise<string> {
    const name = newName();
    await this.#administer('POST', '', { name, ...settings, grant: namesIn(rights) });
    return name;
  }

  change(topic: string, settings: TopicSettings): Promise<void> {
    return this.#administer('PATCH', `/${topic}`, settings);
  }

  grant(topic: string, rights: Rights): Promise<void> {
    return this.#administer('PATCH', `/${topic}`, { grant: namesIn(rights) });
  }

  revoke(topic: string, rights: Rights): Promise<void> {
    return this.#administer('PATCH', `/${topic}`, { revoke: namesIn(rights) });
  }

  remove(topic: string): Promise<void> {
    return this.#administer('DELETE', `/${topic}`);
  }

  async apiInfo(topic: string): Promise<unknown> {
    const [row] = await this.#query('select api_info from topic where slug = $1', topic);
    return JSON.parse(row?.['api_info'] ?? '{}');
  }

  async age(topic: string, pingSeconds: number, pongSeconds: number | null): Promise<void> {
    const times = `last_ping = now() - $2 * interval '1 second', last_pong = now() - $3 * interval '1 second'`;
    await this.#query(`update topic set ${times} where slug = $1`, topic, pingSeconds, pongSeconds);
  }

  /** In a broker that is in a hurry a minute passes by itself. */
  async pass(minutes: 1 | 10): Promise<void> {
    if (minutes === 10) await new Promise((resolve) => setTimeout(resolve, TEN_MINUTES_IN_A_HURRY));
  }

  async stop(): Promise<void> {
    await this.#broker[Symbol.asyncDispose]();
  }

  async #administer(method: string, path: string, body?: object): Promise<void> {
    const authorization = `Bearer ${await this.#broker.token('operator', ['administer'])}`;
    const response = await fetch(new URL(`/api/v1/topics${path}`, this.api), {
      method,
      headers: { authorization, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }

  async #query(statement: string, ...values: readonly unknown[]): Promise<Record<string, string>[]> {
    const client = new pg.Client({ connectionString: this.#broker.databaseUrl });
    await client.connect();
    try {
      return (await client.query<Record<string, string>>(statement, [...values])).rows;
    } finally {
      await client.end();
    }
  }
}

/** Settings of a broker for which ten minutes are a second. */
export const HURRY: BrokerOptions = {
  settings: { DASF_RESPONSE_TOPIC_IDLE: '1s' },
  storeTimes: { cleanUp: 200, registryStaleness: 500, pingInterval: 1000 },
};
const TEN_MINUTES_IN_A_HURRY = 2500;

function namesIn(rights: Rights): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(rights).map(([right, users]) => [right, users.map(({ name }) => name)]),
  );
}
