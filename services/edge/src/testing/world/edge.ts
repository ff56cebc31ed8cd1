import { ConnectionWatch } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import { type RegisteredTopic, TopicRegistry } from '@dasf-broker/registry';
import { Metrics, NO_TRACES } from '@dasf-broker/telemetry';
import { AcknowledgementRounds } from '../../acknowledgement-rounds.ts';
import { AnnouncementWatch } from '../../announcement-watch.ts';
import { ConsumerConnection } from '../../consumer.ts';
import type { ConsumerContext } from '../../context.ts';
import { LargeFrames } from '../../large-frames.ts';
import { edgeMetrics } from '../../observe/edge-metrics.ts';
import { watchReconnects } from '../../reconnect-watch.ts';
import { SignsOfLife } from '../../signs-of-life.ts';
import { TopicAccess } from '../../topic-access.ts';
import { TopicFeeds } from '../../topic-feed.ts';
import { testLimits } from '../edge-limits.ts';
import type { FakeBucket } from './bucket.ts';
import type { FakeLog } from './log.ts';
import type { FakeNats } from './nats.ts';
import type { FakeStore } from './store.ts';

export const SLUG = 'topic' as Slug;

const LARGE_FRAME_BYTES = 64 * 1024 * 1024;
const limits = testLimits();
const metrics = edgeMetrics(new Metrics());
const tokenGuard = { isTrusted: () => true };
const NO_PERMISSION = { exact: new Set<string>(), prefixes: [] };
const NO_PERMISSIONS = {
  addTopics: false,
  administer: false,
  can_produce: NO_PERMISSION,
  can_consume: NO_PERMISSION,
  can_view_status: NO_PERMISSION,
};

export interface Surroundings {
  readonly nats: FakeNats;
  readonly bucket: FakeBucket;
  readonly log: FakeLog;
  readonly store: FakeStore;
  /** Bytes that may wait for a consumer. */
  readonly bufferBytes: number;
}

/** All of an edge that consumers need, as `createEdge` puts it together. */
export class EdgeUnderTest implements Disposable {
  readonly #context: ConsumerContext;
  readonly #feeds: TopicFeeds;
  readonly #access: TopicAccess;
  readonly #signs: SignsOfLife;
  readonly #opened: DisposableStack;

  private constructor(context: ConsumerContext, feeds: TopicFeeds, opened: DisposableStack) {
    this.#context = context;
    this.#feeds = feeds;
    this.#access = new TopicAccess(context.registry);
    this.#signs = new SignsOfLife(context);
    this.#opened = opened;
  }

  static async open({ nats, bucket, log, store, bufferBytes }: Surroundings): Promise<EdgeUnderTest> {
    using opening = new DisposableStack();
    const logger = { info: () => {}, warn: () => {} };
    const registry = await TopicRegistry.load(bucket);
    opening.defer(() => void registry[Symbol.asyncDispose]());
    const connection = opening.use(new ConnectionWatch(nats));
    const lease = namedLease();
    const { appender } = log;
    const config = { consumerBufferBytes: bufferBytes };
    const delivering = {
      live: log,
      log,
      stores: store,
      frames: new LargeFrames(LARGE_FRAME_BYTES),
      connection,
    };
    const context = {
      config,
      ...delivering,
      registry,
      appender,
      logger,
      lease,
      limits,
      rounds: new AcknowledgementRounds(),
      metrics,
      tokenGuard,
      traces: NO_TRACES,
    };
    const feeds = opening.use(new TopicFeeds(context));
    const announcements = new AnnouncementWatch(lease, feeds);
    store.hear((announcement) => announcements.take(announcement));
    void watchReconnects(nats, feeds, logger);
    return new EdgeUnderTest(context, feeds, opening.move());
  }

  /** Its name in presence events. */
  get name(): string {
    return this.#context.lease.edge;
  }

  /** The topic, as far as this edge knows. */
  get topic(): RegisteredTopic | undefined {
    return this.#context.registry.get(SLUG);
  }

  /** @param toldEnd is told where the log ends when the connection is */
  connect(user: string, toldEnd: (partition: number, last: number) => void): ConsumerConnection {
    const { log } = this.#context;
    const end = async (partition: number) => {
      const told = await log.end(partition);
      toldEnd(partition, told.last);
      return told;
    };
    const tapped = {
      end,
      topicPage: log.topicPage.bind(log),
      framePiece: log.framePiece.bind(log),
    };
    return new ConsumerConnection({
      context: { ...this.#context, log: tapped },
      access: this.#access,
      feeds: this.#feeds,
      signs: this.#signs,
      client: { user, permissions: NO_PERMISSIONS, address: '127.0.0.1' },
      topic: SLUG,
      subscription: 'subscription',
    });
  }

  [Symbol.dispose](): void {
    this.#opened[Symbol.dispose]();
  }
}

function namedLease(): { readonly edge: string; begin(): void } {
  let number = 1;
  return {
    get edge() {
      return `edge-${number}`;
    },
    begin: () => {
      number += 1;
    },
  };
}
