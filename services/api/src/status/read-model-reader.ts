import { findTopicDetails, findTopicStatus, openReadModel, Projection } from '@dasf-broker/readmodel';
import type { TopicStatusReader } from './reader.ts';

/** Questions are short: a slow database must not keep a page waiting. */
const STATEMENT_TIMEOUT_MS = 3000;

/** The read model that the store fills. Opens no connection before the first question. */
export async function openReader(databaseUrl: string): Promise<TopicStatusReader & AsyncDisposable> {
  const readModel = await openReadModel(databaseUrl, { statementTimeout: STATEMENT_TIMEOUT_MS });
  return {
    lastSigns: async (uid) => (await findTopicStatus(readModel.database, { uid })) ?? null,
    foldedUpTo: async (partition) => {
      const projection = await readModel.entities().findOne(Projection, { partition });
      return projection?.seq ?? 0;
    },
    details: (uids) => findTopicDetails(readModel.database, uids),
    [Symbol.asyncDispose]: () => readModel[Symbol.asyncDispose](),
  };
}
