import {
  AppendError,
  type DeliverableEvent,
  isDeliverable,
  type LiveEvent,
  type LiveSubscription,
  type LogEvent,
  PieceMissing,
  type TopicPage,
} from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import type { ConsumerContext } from '../../context.ts';
import type { LogReader } from '../../frame-source.ts';
import type { LiveBus } from '../../topic-feed.ts';
import { Channel, type FakeNats } from './nats.ts';

export const PARTITIONS = [0, 1] as const;
const PAGE = 2;
const TIMEOUT_MS = 5000;

export interface LogEntry {
  readonly sequence: number;
  readonly event: LogEvent;
}

interface Partition {
  readonly entries: LogEntry[];
  /** What is older has been truncated. */
  first: number;
  last: number;
  readonly live: Channel<LiveEvent>;
}

interface Append {
  readonly partition: number;
  readonly events: readonly LogEvent[];
  readonly stored: () => void;
}

interface Subscription {
  readonly receive: (live: LiveEvent) => void;
  isActive: boolean;
}

/** The log of one topic name, and what is republished of it. */
export class FakeLog implements LogReader, LiveBus {
  readonly #nats: FakeNats;
  readonly #partitions: readonly Partition[];
  readonly #subscriptions = new Set<Subscription>();
  readonly #appends: Channel<Append>;
  readonly #stored: (partition: number) => void;
  /** The copy of the log that is asked lags by so many entries. */
  lag = 0;
  /** Pages of the log that were asked for. */
  reads = 0;

  /** @param stored is told that something was */
  constructor(nats: FakeNats, stored: (partition: number) => void) {
    this.#nats = nats;
    this.#stored = stored;
    this.#partitions = PARTITIONS.map(() => ({
      entries: [],
      first: 1,
      last: 0,
      live: new Channel<LiveEvent>(nats, 'live', 'live', (live) => this.#pass(live)),
    }));
    this.#appends = new Channel(nats, 'log', 'append', (append) => this.#take(append));
    nats.onCut(() => {
      this.#appends.clear();
      for (const { live } of this.#partitions) live.clear();
    });
    nats.onRestore(() => {
      for (const subscription of this.#subscriptions) subscription.isActive = true;
    });
  }

  entries(partition: number): readonly LogEntry[] {
    return this.#at(partition).entries;
  }

  last(partition: number): number {
    return this.#at(partition).last;
  }

  /** Stores an event; what passes live of it may get lost. */
  store(partition: number, event: LogEvent, isLost = false): number {
    const into = this.#at(partition);
    // Messages and pings are stored on subjects of their own.
    const before = into.entries.findLast((entry) => entry.event.type === event.type)?.sequence ?? 0;
    const previous = before >= into.first ? before : 0;
    into.last += 1;
    into.entries.push({ sequence: into.last, event });
    const place = { sequence: into.last, previous };
    if (isDeliverable(event) && !isLost) this.#republish(partition, { event, place });
    this.#stored(partition);
    return into.last;
  }

  /** Somebody publishes what is not retained. */
  publishLive(partition: number, event: DeliverableEvent): void {
    this.#republish(partition, { event, place: undefined });
  }

  /** Events of other topics come between. */
  skip(partition: number, count: number): void {
    this.#at(partition).last += count;
  }

  /** Somebody has acknowledged it by now, so that this user is not owed it any more. */
  isGone(partition: number, sequence: number, user: string): boolean {
    const { entries } = this.#at(partition);
    const message = entries.find((entry) => entry.sequence === sequence)?.event;
    if (message?.type !== 'message') return false;
    return entries.some(
      ({ event }) =>
        event.type === 'ack' &&
        event.sequences.includes(sequence) &&
        (message.retention === 'cache' || event.user === user),
    );
  }

  /** Which users' consumers of which topics an edge has, by the events that say so. */
  present(edge: string): string[] {
    return this.#partitions.flatMap(({ entries }) => {
      const joined = new Map<string, { readonly edge: string; readonly who: string }>();
      for (const { event } of entries) {
        if (event.type === 'left') joined.delete(event.connection);
        if (event.type === 'joined')
          joined.set(event.connection, { edge: event.edge, who: `${event.user} ${event.uid}` });
        if (event.type !== 'edge-gone') continue;
        for (const [connection, one] of joined) if (one.edge === event.edge) joined.delete(connection);
      }
      return [...joined.values()].filter((one) => one.edge === edge).map(({ who }) => who);
    });
  }

  truncate(partition: number, upTo: number): void {
    const from = this.#at(partition);
    from.first = Math.max(from.first, upTo + 1);
  }

  end(partition: number): Promise<{ readonly last: number }> {
    return this.#nats.ask('log', 'log end', TIMEOUT_MS, () => ({ last: this.last(partition) }));
  }

  topicPage(partition: number, topic: Slug, after: number): Promise<TopicPage> {
    this.reads += 1;
    return this.#nats.ask('log', 'log page', TIMEOUT_MS, () => {
      const { entries, first } = this.#at(partition);
      const found = entries.slice(0, entries.length - this.lag).flatMap(({ sequence, event }) => {
        const isWanted = event.type === 'message' && event.topic === topic && sequence > after;
        return isWanted && sequence >= first ? [{ partition, sequence, time: 0, event }] : [];
      });
      const records = found.slice(0, PAGE);
      return { records, last: records.at(-1)?.sequence ?? after, end: found.length <= PAGE };
    });
  }

  framePiece(partition: number, sequence: number): Promise<Uint8Array> {
    return this.#nats.ask('log', 'piece in log', TIMEOUT_MS, () => {
      const { entries, first } = this.#at(partition);
      const found = entries.find((entry) => entry.sequence === sequence)?.event;
      if (found?.type !== 'piece' || sequence < first) throw new PieceMissing(partition, sequence);
      return found.part;
    });
  }

  subscribe(_topic: Slug, receive: (live: LiveEvent) => void): LiveSubscription {
    const subscription: Subscription = { receive, isActive: false };
    this.#subscriptions.add(subscription);
    const asked = this.#nats.ask('live', 'subscription', TIMEOUT_MS, () => {
      subscription.isActive = true;
    });
    const lost = Promise.withResolvers<never>();
    const forget = this.#nats.onCut(() => lost.reject(new Error('The connection was lost.')));
    const ready = Promise.race([asked, lost.promise]).finally(forget);
    ready.catch(() => {});
    return { ready, close: () => this.#subscriptions.delete(subscription) };
  }

  /** As an edge's `Appender`: in the order of the calls, within its deadline. */
  readonly appender: ConsumerContext['appender'] = {
    append: (partition, ...events) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      this.#nats.await(promise);
      const late = () => reject(new AppendError('LOG_UNREACHABLE', 'The log did not answer.'));
      const timer = setTimeout(late, TIMEOUT_MS);
      const stored = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.#nats.isUp) this.#appends.push({ partition, events, stored });
      return promise;
    },
  };

  #take({ partition, events, stored }: Append): void {
    for (const event of events) this.store(partition, event);
    this.#nats.answer('log', 'append!', stored);
  }

  #republish(partition: number, live: LiveEvent): void {
    if (this.#nats.isUp) this.#at(partition).live.push(live);
  }

  #pass(live: LiveEvent): void {
    for (const { isActive, receive } of this.#subscriptions) if (isActive) receive(live);
  }

  #at(partition: number): Partition {
    const found = this.#partitions[partition];
    if (!found) throw new Error(`There is no partition ${partition}.`);
    return found;
  }
}
