import type { ContentExpired } from '@dasf-broker/log';
import { sql } from 'kysely';
import type { StoreParts } from '../worker/parts.ts';

/**
 * Tells the log what is too old to be kept (protocol section 8, GC-3; what operators did), where there is any. As an event, so that
 * whoever folds the log later, under other settings, comes to the same.
 */
export async function expireContents(parts: StoreParts, partition: number): Promise<void> {
  const { streams, readModel, appender, config } = parts;
  const { messageMaxAge, requestRetention, auditRetention } = config.keeping;
  // The clock that stamps the event: a log in which nothing happened for long has an old last record.
  const { now } = await streams.extent(partition);
  const messagesBefore = messageMaxAge === undefined ? 0 : now - messageMaxAge;
  const requestsBefore = now - requestRetention;
  const actsBefore = auditRetention === 0 ? 0 : now - auditRetention;
  const { rows } = await sql<{ messages: boolean; requests: boolean; acts: boolean }>`
    select
      exists (select from message where partition = ${partition} and retention <> 'store'
        and published_at < to_timestamp(${messagesBefore}::float8 / 1000)) as messages,
      exists (select from open_request where partition = ${partition}
        and opened_at < to_timestamp(${requestsBefore}::float8 / 1000)) as requests,
      exists (select from operator_act where partition = ${partition}
        and at < to_timestamp(${actsBefore}::float8 / 1000)) as acts`.execute(readModel.database);
  const [found] = rows;
  if (!found?.messages && !found?.requests && !found?.acts) return;
  const event: ContentExpired = {
    type: 'expired',
    messagesBefore: found.messages ? messagesBefore : 0,
    requestsBefore: found.requests ? requestsBefore : 0,
    ...(found.acts ? { actsBefore } : {}),
  };
  await appender.append(partition, event);
}
