import type { User } from '../../comparison/brokers/broker.ts';
import { TheirBroker } from '../../comparison/brokers/theirs.ts';
import { type DjangoPrograms, DjangoProject } from '../../comparison/setup/django-project.ts';
import type { WireAddress } from '../load/wires/wire.ts';
import type { BareServers } from './bare-servers.ts';
import type { Subject } from './subject.ts';

/** dasf-broker-django under daphne, with Redis and PostgreSQL, as its documentation sets it up. */
export class Django implements Subject, AsyncDisposable {
  readonly name = 'dasf-broker-django';
  readonly wire: WireAddress;
  /** It takes a connection's frames one by one. */
  readonly mostInFlight = 1;
  readonly #broker: TheirBroker;
  readonly #user: User;
  readonly #project: DjangoProject;
  readonly #servers: BareServers;

  private constructor(project: DjangoProject, servers: BareServers, broker: TheirBroker, user: User) {
    this.wire = {
      speaks: 'dasf',
      urls: [broker.websockets],
      authorization: user.token['authorization'] ?? '',
    };
    this.#project = project;
    this.#servers = servers;
    this.#broker = broker;
    this.#user = user;
  }

  /** @param servers whose PostgreSQL it gets a database on */
  static async start(programs: DjangoPrograms, servers: BareServers): Promise<Django> {
    await using opening = new AsyncDisposableStack();
    const project = opening.use(await DjangoProject.start(programs, servers.databaseUrl));
    const broker = await TheirBroker.start(project, {});
    const user = await broker.user();
    opening.move();
    return new Django(project, servers, broker, user);
  }

  pids(): Readonly<Record<string, number>> {
    const { postgres = 0 } = this.#servers.pids();
    return { django: this.#broker.pid, redis: this.#project.redisPid, postgres };
  }

  async topics(count: number, storeMessages: 'cache' | 'store' = 'cache'): Promise<string[]> {
    const names: string[] = [];
    const rights = { can_produce: [this.#user], can_consume: [this.#user] };
    while (names.length < count) names.push(await this.#broker.topic({ storeMessages }, rights));
    return names;
  }

  async settled(): Promise<void> {}

  [Symbol.asyncDispose](): Promise<void> {
    return this.#project[Symbol.asyncDispose]();
  }
}
