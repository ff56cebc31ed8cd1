import type { DjangoProject, DjangoServer, DjangoSetup } from '../setup/django-project.ts';
import {
  type ComparedBroker,
  newName,
  type Right,
  type Rights,
  type TopicSettings,
  type User,
} from './broker.ts';

const OPTIONS: Readonly<Record<Right, string>> = {
  can_consume: '--consumer',
  can_produce: '--producer',
  can_view_status: '--view-status',
};

interface Credentials {
  readonly token: string;
  readonly session: string;
}

/** dasf-broker-django, operated by its own management command wherever that can do it. */
export class TheirBroker implements ComparedBroker {
  readonly websockets: string;
  readonly api: string;
  readonly pid: number;
  readonly anonymous: User = { name: 'AnonymousUser', token: {}, httpHeaders: {}, cookie: {} };
  readonly #project: DjangoProject;
  readonly #stop: () => Promise<void>;

  private constructor(project: DjangoProject, { host, pid, stop }: DjangoServer) {
    this.websockets = `ws://${host}/ws/`;
    this.api = `http://${host}/dasf-broker-django/`;
    this.pid = pid;
    this.#project = project;
    this.#stop = stop;
  }

  static async start(project: DjangoProject, setup: DjangoSetup): Promise<TheirBroker> {
    return new TheirBroker(project, await project.serve(setup));
  }

  async user(...permissions: readonly string[]): Promise<User> {
    const name = `user-${crypto.randomUUID()}`;
    const { token, session } = await this.#run<Credentials>('user', name, permissions);
    const cookie = { cookie: `sessionid=${session}` };
    return { name, token: { authorization: `Token ${token}` }, httpHeaders: cookie, cookie };
  }

  async topic(settings: TopicSettings = {}, rights: Rights = {}): Promise<string> {
    const slug = newName();
    await this.#dasfTopic(slug, '--new', ...optionsOf(settings));
    await this.grant(slug, rights);
    return slug;
  }

  async change(topic: string, settings: TopicSettings): Promise<void> {
    await this.#dasfTopic(topic, ...optionsOf(settings));
  }

  async grant(topic: string, rights: Rights): Promise<void> {
    for (const option of usersIn(rights)) await this.#dasfTopic(topic, ...option);
  }

  async revoke(topic: string, rights: Rights): Promise<void> {
    for (const option of usersIn(rights)) await this.#dasfTopic(topic, ...option, '--remove-permissions');
  }

  remove(topic: string): Promise<void> {
    return this.#run('remove', topic);
  }

  apiInfo(topic: string): Promise<unknown> {
    return this.#run('api_info', topic);
  }

  age(topic: string, pingSeconds: number, pongSeconds: number | null): Promise<void> {
    return this.#run('age', topic, pingSeconds, pongSeconds);
  }

  async pass(minutes: 1 | 10): Promise<void> {
    if (minutes === 10) await this.#run('pass_ten_minutes');
    for (const job of ['ping_topics', 'garbage_collect_topics']) await this.#run('manage', 'runjob', job);
  }

  stop(): Promise<void> {
    return this.#stop();
  }

  #run<T>(...command: readonly unknown[]): Promise<T> {
    return this.#project.operator.run(...command);
  }

  #dasfTopic(...args: readonly string[]): Promise<string> {
    return this.#run('manage', 'dasf_topic', ...args);
  }
}

function optionsOf({ public: open, supportsDasf, storeMessages }: TopicSettings): string[] {
  return [
    ...(open === undefined ? [] : [open ? '--public' : '--no-public']),
    ...(supportsDasf === undefined ? [] : [supportsDasf ? '--dasf' : '--no-dasf']),
    ...(storeMessages === undefined ? [] : ['--store-messages', storeMessages]),
  ];
}

/** The command takes one user of a kind at a time. */
function usersIn(rights: Rights): [string, string][] {
  return Object.entries(rights).flatMap(([right, users]) =>
    users.map(({ name }): [string, string] => [OPTIONS[right as Right], name]),
  );
}
