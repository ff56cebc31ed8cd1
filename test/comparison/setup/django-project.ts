import type { Program } from '../../setup/program.ts';
import { Operator } from './operator.ts';
import { type RedisServer, startRedis } from './redis.ts';
import { djangoFolder, tied } from './tied.ts';

const ADDRESS = /Listening on TCP address ([\d.]+:\d+)/;

/** What daphne took before 4.2.2: the broker itself knows no limit. */
const WITHOUT_LIMITS = ['--websocket-max-message-size', '0', '--websocket-max-frame-size', '0'];

export interface DjangoSetup {
  /** Django's, beside those that all servers of a project have. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Options of the server that runs it. */
  readonly daphne?: readonly string[];
}

/** What it needs beside a database. */
export type DjangoPrograms = { readonly python: string } & RedisServer;

export interface DjangoServer {
  readonly host: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** A Django project with dasf-broker-django on a database, as its migrations make it, and a Redis of its own. */
export class DjangoProject implements AsyncDisposable {
  readonly operator: Operator;
  readonly redisPid: number;
  readonly #python: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #closing: AsyncDisposableStack;

  private constructor(
    python: string,
    env: NodeJS.ProcessEnv,
    operator: Operator,
    redisPid: number,
    closing: AsyncDisposableStack,
  ) {
    this.#python = python;
    this.#env = env;
    this.operator = operator;
    this.redisPid = redisPid;
    this.#closing = closing;
  }

  /** @param databaseUrl an empty database: `postgresql://…`, or `sqlite://` and the path of a file */
  static async start(django: DjangoPrograms, databaseUrl: string): Promise<DjangoProject> {
    const { python } = django;
    await using opening = new AsyncDisposableStack();
    const redis = opening.use(await startRedis(python, django));
    const env = {
      ...process.env,
      DJANGO_SETTINGS_MODULE: 'settings',
      COMPARISON_DATABASE_URL: databaseUrl,
      COMPARISON_REDIS_URL: redis.url,
      PYTHONDONTWRITEBYTECODE: '1',
    };
    const operator = opening.use(new Operator(python, env));
    await operator.run('manage', 'migrate', '--verbosity', '0');
    return new DjangoProject(python, env, operator, redis.pid, opening.move());
  }

  /** Serves websockets and HTTP until this is disposed of, or stopped as for an update. */
  async serve({ settings = {}, daphne }: DjangoSetup): Promise<DjangoServer> {
    const env = { ...this.#env, COMPARISON_SETTINGS: JSON.stringify(settings) };
    const options = ['-b', '127.0.0.1', '-p', '0', ...(daphne ?? WITHOUT_LIMITS)];
    const command = [this.#python, '-m', 'daphne', ...options, 'asgi:application'];
    const server: Program = this.#closing.use(tied(this.#python, command, { cwd: djangoFolder, env }));
    await server.tells('Listening on TCP address');
    const [, host = ''] = ADDRESS.exec(server.stderr) ?? [];
    return { host, pid: server.pid, stop: () => server.stop() };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#closing.disposeAsync();
  }
}
