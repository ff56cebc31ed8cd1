import { isUserName, looksAnonymous } from '@dasf-broker/access';
import { ANONYMOUS } from '@dasf-broker/protocol';
import type { DjangoBroker } from './django-broker.ts';

/** Whom django-guardian has for everybody who is not signed in. */
const ANONYMOUS_USER = 'AnonymousUser';

export interface SourceUser {
  readonly id: number;
  /** As it stands in the other broker. */
  readonly username: string;
  /** What tokens must say here. */
  readonly name: string;
  /** One who is not may do nothing, whatever rights he has. */
  readonly isActive: boolean;
  readonly isSuperuser: boolean;
  readonly groups: readonly number[];
}

interface Row {
  readonly id: number;
  readonly username: string;
  readonly active: number;
  readonly superuser: number;
}

/** @param prefix begins the names of its users here, as those of an issuer of tokens do */
export async function readUsers(
  broker: DjangoBroker,
  prefix: string,
): Promise<ReadonlyMap<number, SourceUser>> {
  const { database, userTable } = broker;
  const rows = await database.query<Row>(
    `select id, username, case when is_active then 1 else 0 end as active,
      case when is_superuser then 1 else 0 end as superuser from "${userTable}" order by id`,
  );
  const groups = await groupsOf(broker);
  return new Map(
    rows.map(({ id, username, active, superuser }) => [
      id,
      {
        id,
        username,
        name: username === ANONYMOUS_USER ? ANONYMOUS : `${prefix}${username}`,
        isActive: active === 1,
        isSuperuser: superuser === 1,
        groups: groups.get(id) ?? [],
      },
    ]),
  );
}

/** Why no token can name this user; `undefined`: one can. */
export function nameFault({ username, name }: SourceUser): string | undefined {
  if (!isUserName(name)) return `no token can name the user ${JSON.stringify(name)}`;
  if (username !== ANONYMOUS_USER && looksAnonymous(name))
    return `the user ${JSON.stringify(username)} would be everybody without a token here: rename him there`;
  return undefined;
}

/** By user. A project's own model calls the column of users after itself. */
async function groupsOf({ database, userTable }: DjangoBroker): Promise<ReadonlyMap<number, number[]>> {
  const table = `${userTable}_groups`;
  const columns = await database.columns(table);
  const column = columns.find((name) => name !== 'id' && name !== 'group_id');
  if (column === undefined) return new Map();
  const rows = await database.query<{ user: number; group: number }>(
    `select "${column}" as "user", group_id as "group" from "${table}"`,
  );
  const byUser = Map.groupBy(rows, ({ user }) => user);
  return new Map([...byUser].map(([user, memberships]) => [user, memberships.map(({ group }) => group)]));
}
