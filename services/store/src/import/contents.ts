import { type DjangoBroker, recogniseDjangoBroker } from './django/django-broker.ts';
import { countMessages } from './django/messages.ts';
import { readGlobalRights, readGrants, type Users } from './django/permissions.ts';
import { readTopics, type SourceTopic } from './django/topics.ts';
import { nameFault, readUsers } from './django/users.ts';
import type { SourceDatabase } from './source/source-database.ts';

/** What the other broker holds, but for its messages, which are read one by one. */
export interface Contents {
  readonly broker: DjangoBroker;
  readonly users: Users;
  readonly topics: readonly SourceTopic[];
  readonly messages: number;
  /** By user, what holds for all topics: that stands in tokens here. */
  readonly globalRights: ReadonlyMap<string, readonly string[]>;
  readonly faults: readonly string[];
}

/** @throws {CommandFault} where it is none of dasf-broker-django's */
export async function readContents(database: SourceDatabase, userPrefix: string): Promise<Contents> {
  const broker = await recogniseDjangoBroker(database);
  const users = await readUsers(broker, userPrefix);
  const topics = await readTopics(broker, await readGrants(broker, users));
  const holders = new Set(topics.flatMap(({ grants }) => Object.values(grants).flat()));
  const faults = [...users.values()]
    .filter(({ name }) => holders.has(name))
    .flatMap((user) => nameFault(user) ?? []);
  return {
    broker,
    users,
    topics,
    messages: await countMessages(broker, 0),
    globalRights: await readGlobalRights(broker, users),
    faults: faults.map((fault) => `${fault[0]?.toUpperCase()}${fault.slice(1)}.`),
  };
}
