import { ACTS_PARTITION } from '@dasf-broker/log';
import {
  findFrame,
  findMessage,
  findPiece,
  findTopicDetails,
  findTopicStatus,
  listActs,
  listMessages,
  openReadModel,
  Projection,
  SchemaCheck,
} from '@dasf-broker/readmodel';
import type { MessageReader } from '../messages/reader.ts';
import type { TopicStatusReader } from './reader.ts';

/** Questions are short: a slow database must not keep a page waiting. */
const STATEMENT_TIMEOUT_MS = 3000;

/** What there is to say of the tables. */
export interface SchemaReader {
  /** @throws {SchemaOlder} where they are older than this version */
  schema(): Promise<void>;
}

/**
 * The read model that the store fills. Opens no connection before the first question.
 *
 * @param newer is told once which migrations this version does not know
 */
export async function openReader(
  databaseUrl: string,
  newer: (migrations: readonly string[]) => void = () => {},
): Promise<TopicStatusReader & MessageReader & SchemaReader & AsyncDisposable> {
  const readModel = await openReadModel(databaseUrl, { statementTimeout: STATEMENT_TIMEOUT_MS });
  const schema = new SchemaCheck(readModel.database, newer);
  return {
    schema: () => schema.pass(),
    lastSigns: async (uid) => (await findTopicStatus(readModel.database, { uid })) ?? null,
    foldedUpTo: async (partition) => {
      const projection = await readModel.entities().findOne(Projection, { partition });
      return projection?.seq ?? 0;
    },
    details: (uids) => findTopicDetails(readModel.database, uids),
    apiInfo: async (uid) => (await findTopicStatus(readModel.database, { uid }))?.apiInfo ?? null,
    acts: (query) => listActs(readModel.database, ACTS_PARTITION, query),
    messages: (query) => listMessages(readModel.database, query),
    message: (partition, sequence) => findMessage(readModel.database, partition, sequence),
    frame: (partition, sequence) => findFrame(readModel.database, partition, sequence),
    piece: (partition, sequence, ordinal) => findPiece(readModel.database, partition, sequence, ordinal),
    [Symbol.asyncDispose]: () => readModel[Symbol.asyncDispose](),
  };
}
