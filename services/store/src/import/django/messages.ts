import { readFrame } from '@dasf-broker/protocol';
import type { DjangoBroker } from './django-broker.ts';
import type { Users } from './permissions.ts';
import { pythonJson } from './python-json.ts';

/** A message that the other broker still holds. */
export interface SourceMessage {
  readonly id: number;
  /** The number of its topic. */
  readonly topic: number;
  readonly user: string;
  readonly messageId: string;
  /** To whom it is not owed any more. */
  readonly deliveredTo: readonly string[];
  /** The bytes that its consumers were sent there. */
  readonly frame: Uint8Array;
}

interface Row {
  readonly id: number;
  readonly topic: number;
  readonly user: number;
  readonly message: string;
  readonly content: string;
}

/** Characters of JSON that are read at a time; one message may have more. */
const PAGE_LENGTH = 4 * 1024 * 1024;
const PAGE_MESSAGES = 500;

/** In the order of their numbers, which is that in which they were stored. */
export async function* readMessages(
  broker: DjangoBroker,
  users: Users,
  after: number,
): AsyncGenerator<SourceMessage> {
  for (let from = after; ; ) {
    const last = await pageEnd(broker, from);
    if (last === undefined) return;
    yield* await readPage(broker, users, from, last);
    from = last;
  }
}

/** How many there are beyond a number. */
export async function countMessages({ database }: DjangoBroker, after: number): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    'select count(*) as count from dasf_broker_brokermessage where id > $1',
    [after],
  );
  return Number(row?.count ?? 0);
}

async function pageEnd({ database }: DjangoBroker, after: number): Promise<number | undefined> {
  const sizes = await database.query<{ id: number; size: number }>(
    `select id, length(cast(content as text)) as size from dasf_broker_brokermessage
     where id > $1 order by id limit ${PAGE_MESSAGES}`,
    [after],
  );
  let total = 0;
  const end = sizes.findIndex(({ size }) => {
    total += size;
    return total > PAGE_LENGTH;
  });
  return sizes.at(end < 0 ? -1 : Math.max(end - 1, 0))?.id;
}

async function readPage(
  { database }: DjangoBroker,
  users: Users,
  after: number,
  last: number,
): Promise<readonly SourceMessage[]> {
  const range = [after, last];
  const rows = await database.query<Row>(
    `select id, topic_id as topic, user_id as "user", cast(message_id as text) as message,
      cast(content as text) as content
     from dasf_broker_brokermessage where id > $1 and id <= $2 order by id`,
    range,
  );
  const delivered = await database.query<{ message: number; user: number }>(
    `select brokermessage_id as message, user_id as "user" from dasf_broker_brokermessage_delivered_to
     where brokermessage_id > $1 and brokermessage_id <= $2 order by id`,
    range,
  );
  const deliveredTo = Map.groupBy(delivered, ({ message }) => message);
  const nameOf = (user: number) => users.get(user)?.name ?? '';
  return rows.map(({ id, topic, user, message, content }) => {
    const frame = Buffer.from(pythonJson(content));
    return {
      id,
      topic,
      user: nameOf(user),
      // As its consumers know it: the column has it in one spelling of several.
      messageId: readFrame(frame).key.messageId ?? hyphenated(message),
      deliveredTo: (deliveredTo.get(id) ?? []).map((one) => nameOf(one.user)),
      frame,
    };
  });
}

/** SQLite keeps the digits alone. */
function hyphenated(uuid: string): string {
  return uuid.replace(/^(\w{8})(\w{4})(\w{4})(\w{4})(\w{12})$/, '$1-$2-$3-$4-$5');
}
