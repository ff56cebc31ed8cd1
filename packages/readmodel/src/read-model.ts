import { type EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Kysely } from 'kysely';
import { type ClosablePool, giveBackLate } from './late-connections.ts';
import { ormOptions } from './options.ts';
import { giveUpSilent, type Pool } from './silent-connections.ts';

/** For SQL with bound parameters; the tables' columns are those of the entities. */
export type Database = Kysely<unknown>;

export interface ReadModelOptions {
  /** Most connections to the database at a time. */
  readonly poolSize?: number;
  /** Milliseconds that a statement may take. */
  readonly statementTimeout?: number;
  /** Milliseconds that a statement waits for another transaction. */
  readonly lockTimeout?: number;
  /** Milliseconds after which a transaction whose process sleeps loses its locks. */
  readonly idleInTransactionTimeout?: number;
  /** Milliseconds without a byte from the server after which a connection is given up. */
  readonly silenceTimeout?: number;
  /** Settings of the server for each connection, such as another `search_path`. */
  readonly session?: Readonly<Record<string, string>>;
}

const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 20_000;

/** What the log was folded into. Connections are made when they are needed and replaced when they break. */
export class ReadModel implements AsyncDisposable {
  readonly #orm: MikroORM;

  constructor(orm: MikroORM) {
    this.#orm = orm;
  }

  /** An entity manager of its own, for one piece of work. */
  entities(): EntityManager {
    return this.#orm.em.fork();
  }

  /** The pool: each statement on any connection. */
  get database(): Database {
    return this.#orm.em.getKysely<unknown>();
  }

  /**
   * Runs `work` in one transaction. Where the connection breaks during the commit, the error does not tell
   * whether it took place.
   */
  transaction<T>(work: (transaction: Database) => Promise<T>): Promise<T> {
    // Not the entity manager's: a connection that breaks in one of its transactions never goes back to the
    // pool (kysely issue 1990), and ten of them are all there are.
    return this.database.transaction().execute(work);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#orm.close(true);
  }
}

/** Opens the read model without connecting: a database that is away shows with the first query. */
export async function openReadModel(databaseUrl: string, options: ReadModelOptions = {}): Promise<ReadModel> {
  const orm = new MikroORM({
    ...ormOptions(databaseUrl),
    pool: { min: 0, max: options.poolSize ?? 10 },
    driverOptions: {
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      statement_timeout: options.statementTimeout ?? STATEMENT_TIMEOUT_MS,
      lock_timeout: options.lockTimeout ?? 5000,
      idle_in_transaction_session_timeout: options.idleInTransactionTimeout ?? 10_000,
      ...(options.session ? { options: sessionOptions(options.session) } : {}),
      onPoolCreated: (pool: Pool & ClosablePool) => {
        giveUpSilent(pool, options.silenceTimeout ?? STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS);
        giveBackLate(pool);
      },
    },
  });
  return new ReadModel(orm);
}

function sessionOptions(session: Readonly<Record<string, string>>): string {
  return Object.entries(session)
    .map(([name, value]) => `-c ${name}=${value.replace(/[\\ ]/g, '\\$&')}`)
    .join(' ');
}
