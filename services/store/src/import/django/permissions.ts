import { GRANTS, type Grant } from '@dasf-broker/registry';
import type { DjangoBroker } from './django-broker.ts';
import type { SourceUser } from './users.ts';

export type Users = ReadonlyMap<number, SourceUser>;

export type Grants = Readonly<Record<Grant, readonly string[]>>;

interface ObjectPermission {
  readonly topic: string;
  readonly codename: Grant;
  readonly holder: number;
}

/** What django-guardian holds of topics, by their numbers: rights of users, and of groups for those who are in them. */
export async function readGrants(broker: DjangoBroker, users: Users): Promise<ReadonlyMap<number, Grants>> {
  const active = [...users.values()].filter(({ isActive }) => isActive);
  const byUser = new Map(active.map((user) => [user.id, [user]]));
  const byGroup = Map.groupBy(
    active.flatMap((user) => user.groups.map((group) => ({ user, group }))),
    ({ group }) => group,
  );
  const given = [
    ...(await objectPermissions(broker, 'user')).map((one) => ({ ...one, users: byUser.get(one.holder) })),
    ...(await objectPermissions(broker, 'group')).map((one) => ({
      ...one,
      users: byGroup.get(one.holder)?.map(({ user }) => user),
    })),
  ];
  const byTopic = Map.groupBy(given, ({ topic }) => Number(topic));
  return new Map(
    [...byTopic].map(([topic, all]) => {
      const holders = (grant: Grant) =>
        all.filter(({ codename }) => codename === grant).flatMap((one) => one.users ?? []);
      const names = (grant: Grant) => [...new Set(holders(grant).map(({ name }) => name))].toSorted();
      const grants: Grants = {
        can_produce: names('can_produce'),
        can_consume: names('can_consume'),
        can_view_status: names('can_view_status'),
      };
      return [topic, grants];
    }),
  );
}

function objectPermissions({ database }: DjangoBroker, holder: 'user' | 'group') {
  return database.query<ObjectPermission>(
    `select o.object_pk as topic, p.codename as codename, o.${holder}_id as holder
     from guardian_${holder}objectpermission o
     join auth_permission p on p.id = o.permission_id
     join django_content_type t on t.id = o.content_type_id
     where t.app_label = 'dasf_broker' and t.model = 'brokertopic'
       and p.codename in ('${GRANTS.join("', '")}')`,
  );
}

/** Users who hold a right for all topics; here their tokens must say so. */
export async function readGlobalRights(
  { database, userTable }: DjangoBroker,
  users: Users,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const table = `${userTable}_user_permissions`;
  const column = (await database.columns(table)).find((name) => !['id', 'permission_id'].includes(name));
  const isOurs = `p.codename in ('add_brokertopic', '${GRANTS.join("', '")}') and t.app_label = 'dasf_broker'`;
  const joined =
    'join auth_permission p on p.id = g.permission_id join django_content_type t on t.id = p.content_type_id';
  const own =
    column === undefined
      ? []
      : await database.query<{ holder: number; codename: string }>(
          `select g."${column}" as holder, p.codename as codename from "${table}" g ${joined} where ${isOurs}`,
        );
  const ofGroups = await database.query<{ holder: number; codename: string }>(
    `select g.group_id as holder, p.codename as codename from auth_group_permissions g ${joined} where ${isOurs}`,
  );
  const rights = new Map<string, readonly string[]>();
  for (const user of users.values()) {
    if (!user.isActive) continue;
    const held = [
      ...own.filter(({ holder }) => holder === user.id),
      ...ofGroups.filter(({ holder }) => user.groups.includes(holder)),
    ].map(({ codename }) => codename);
    const all = user.isSuperuser ? ['add_brokertopic', ...GRANTS] : [...new Set(held)].toSorted();
    if (all.length > 0) rights.set(user.name, all);
  }
  return rights;
}
