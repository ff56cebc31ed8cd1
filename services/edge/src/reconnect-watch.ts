import type { NatsConnection } from '@nats-io/transport-node';
import type { EdgeContext } from './context.ts';
import type { TopicFeeds } from './topic-feed.ts';

/** What passed while NATS was away is in the log: consumers catch up from there (DLV-7). */
export async function watchReconnects(
  nc: Pick<NatsConnection, 'status'>,
  feeds: Pick<TopicFeeds, 'interrupted'>,
  logger: Pick<EdgeContext['logger'], 'info' | 'warn'>,
): Promise<void> {
  for await (const { type } of nc.status()) {
    if (type === 'disconnect') logger.warn('lost the connection to NATS');
    if (type !== 'reconnect') continue;
    logger.info('connected to NATS again');
    feeds.interrupted();
  }
}
