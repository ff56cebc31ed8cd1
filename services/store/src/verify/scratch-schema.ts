import { randomBytes } from 'node:crypto';
import { CommandFault, reasonOf } from '../command-fault.ts';
import { DatabaseSession } from '../database-session.ts';

const PREFIX = 'dasf_verify_';
const NAME = 'dasf-store-verify';
/** Held by the connection that uses the schema: where it is free, nobody does. */
const LOCK = 'hashtextextended($1, 0)';

/** Tables that only one run of a command sees, beside the service's own in the same database. */
export class ScratchSchema implements AsyncDisposable {
  readonly name: string;
  /** Unqualified tables are those of the schema. */
  readonly session: DatabaseSession;
  readonly #databaseUrl: string;

  private constructor(databaseUrl: string, name: string, session: DatabaseSession) {
    this.#databaseUrl = databaseUrl;
    this.name = name;
    this.session = session;
  }

  /** Makes one, and removes those that killed runs have left behind. @throws {CommandFault} */
  static async create(databaseUrl: string): Promise<ScratchSchema> {
    const session = await DatabaseSession.open(databaseUrl, NAME);
    try {
      await dropAbandoned(session);
      const name = PREFIX + randomBytes(6).toString('hex');
      await session.query(`select pg_advisory_lock(${LOCK})`, [name]);
      await session.run(`create schema ${name}; set search_path = ${name}`);
      return new ScratchSchema(databaseUrl, name, session);
    } catch (cause) {
      await session[Symbol.asyncDispose]();
      throw new CommandFault(
        `No scratch schema can be made in the database (${reasonOf(cause)}): its user must be allowed to, by "grant ` +
          'create on database".',
        { cause },
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.session[Symbol.asyncDispose]();
    await using session = await DatabaseSession.open(this.#databaseUrl, NAME);
    await drop(session, this.name);
  }
}

async function dropAbandoned(session: DatabaseSession): Promise<void> {
  const schemas = await session.query<{ name: string }>(
    'select nspname as name from pg_namespace where starts_with(nspname, $1)',
    [PREFIX],
  );
  for (const { name } of schemas) {
    const [lock] = await session.query<{ had: boolean }>(`select pg_try_advisory_lock(${LOCK}) as had`, [
      name,
    ]);
    if (!lock?.had) continue;
    await drop(session, name);
    await session.query(`select pg_advisory_unlock(${LOCK})`, [name]);
  }
}

/** What a connection that is gone was still about in the server must not be waited for. */
async function drop(session: DatabaseSession, name: string): Promise<void> {
  await session.query(
    `select pg_terminate_backend(a.pid)
     from pg_locks l join pg_class c on c.oid = l.relation join pg_stat_activity a on a.pid = l.pid
     where c.relnamespace = to_regnamespace($1) and a.usename = current_user and a.pid <> pg_backend_pid()`,
    [name],
  );
  await session.run(`drop schema if exists ${name} cascade`);
}
