import {
  type BacklogPage,
  type BacklogQuestion,
  BacklogUnavailable,
  type PieceQuestion,
} from '@dasf-broker/backlog';
import type { Announcement, MessagePublished, TopicTail } from '@dasf-broker/log';
import type { Stores } from '../../frame-source.ts';
import type { FakeLog, LogEntry } from './log.ts';
import { PARTITIONS } from './log.ts';
import { Channel, type FakeNats } from './nats.ts';

const PAGE = 2;
const ANNOUNCEMENT_MS = 1000;

interface StoredMessage {
  readonly sequence: number;
  readonly event: MessagePublished;
  readonly parts: readonly Uint8Array[];
  readonly acknowledgedBy: Set<string>;
}

interface Worker {
  cursor: number;
  number: number;
  isDue: boolean;
  readonly messages: Map<number, StoredMessage>;
  parts: Uint8Array[];
}

/** Folds the log, answers what is outstanding, and announces where topics end. */
export class FakeStore implements Stores {
  readonly #nats: FakeNats;
  readonly #log: FakeLog;
  readonly #workers: readonly Worker[];
  readonly #announcements: Channel<Announcement>;
  readonly #timer: NodeJS.Timeout;
  #heard: (announcement: Announcement) => void = () => {};
  #ownerEpoch = 1;
  #questions = 0;
  /** Its database is away: it says that it cannot answer. */
  isRefusing = false;
  /** So many announcements get lost. */
  loses = 0;

  constructor(nats: FakeNats, log: FakeLog) {
    this.#nats = nats;
    this.#log = log;
    this.#workers = PARTITIONS.map(() => ({
      cursor: 0,
      number: 0,
      isDue: false,
      messages: new Map(),
      parts: [],
    }));
    this.#announcements = new Channel(nats, 'announcements', 'announcement', (announcement) =>
      this.#heard(announcement),
    );
    nats.onCut(() => this.#announcements.clear());
    this.#timer = setInterval(() => this.#announceNothing(), ANNOUNCEMENT_MS);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** An edge listens. */
  hear(heard: (announcement: Announcement) => void): void {
    this.#heard = heard;
  }

  /** Somebody waits for an answer, or would. */
  get isAway(): boolean {
    return this.isRefusing || this.#questions > 0 || this.#nats.isStalled('store');
  }

  /** Something was stored. */
  stored(partition: number): void {
    const worker = this.#at(partition);
    if (worker.isDue) return;
    worker.isDue = true;
    this.#nats.later('store', 'store folds', () => {
      worker.isDue = false;
      this.#foldAndTell(partition, this.#log.last(partition));
    });
  }

  /** Another worker takes over; what the old one folded just before was not announced. */
  replaceWorkers(): void {
    for (const partition of PARTITIONS) this.#foldTo(partition, this.#log.last(partition));
    this.#ownerEpoch += 1;
    for (const worker of this.#workers) worker.number = 0;
  }

  /** The log may be truncated up to here. */
  cursor(partition: number): number {
    return this.#at(partition).cursor;
  }

  /** DLV-4 */
  isOutstanding(partition: number, sequence: number, user: string): boolean {
    const message = this.#at(partition).messages.get(sequence);
    return message !== undefined && isOwedTo(message, user);
  }

  async backlogPage(question: BacklogQuestion, timeout: number): Promise<BacklogPage> {
    this.#questions += 1;
    try {
      return await this.#nats.ask('store', 'backlog', timeout, () => this.#page(question));
    } finally {
      this.#questions -= 1;
    }
  }

  piece({ partition, sequence, ordinal }: PieceQuestion, timeout: number): Promise<Uint8Array | undefined> {
    return this.#nats.ask('store', 'piece', timeout, () => {
      this.#refuse();
      const message = this.#at(partition).messages.get(sequence);
      const isGone = message?.event.retention === 'cache' && message.acknowledgedBy.size > 0;
      return isGone ? undefined : message?.parts[ordinal - 1];
    });
  }

  #refuse(): void {
    if (this.isRefusing) throw new BacklogUnavailable('The database cannot be read.');
  }

  #page({ partition, uid, user, after, upTo }: BacklogQuestion): BacklogPage {
    this.#refuse();
    this.#foldAndTell(partition, upTo);
    const due = [...this.#at(partition).messages.values()].filter(
      (message) =>
        message.event.uid === uid &&
        message.sequence > after &&
        message.sequence <= upTo &&
        isOwedTo(message, user),
    );
    const messages = due.slice(0, PAGE).map(({ sequence, event, parts }) => ({
      sequence,
      messageId: event.messageId,
      frame: event.frame,
      ...(parts.length > 0 ? { pieces: parts.length } : {}),
    }));
    return { more: due.length > PAGE, messages };
  }

  #foldAndTell(partition: number, upTo: number): void {
    const { tails, goneEdges } = this.#foldTo(partition, upTo);
    if (tails.length + goneEdges.length > 0) this.#announce(partition, tails, goneEdges);
  }

  #foldTo(partition: number, upTo: number): Pick<Announcement, 'tails' | 'goneEdges'> {
    const worker = this.#at(partition);
    const tails = new Map<string, TopicTail>();
    const goneEdges: string[] = [];
    for (const entry of this.#log.entries(partition)) {
      if (entry.sequence <= worker.cursor || entry.sequence > upTo) continue;
      fold(worker, entry);
      const { event, sequence } = entry;
      if (event.type === 'edge-gone') goneEdges.push(event.edge);
      if (event.type === 'message') tails.set(event.uid, { topic: event.topic, uid: event.uid, sequence });
    }
    worker.cursor = Math.max(worker.cursor, Math.min(upTo, this.#log.last(partition)));
    return { tails: [...tails.values()], goneEdges };
  }

  #announceNothing(): void {
    if (this.isRefusing || this.#nats.isStalled('store')) return;
    for (const partition of PARTITIONS) this.#announce(partition, [], []);
  }

  #announce(partition: number, tails: readonly TopicTail[], goneEdges: readonly string[]): void {
    const worker = this.#at(partition);
    worker.number += 1;
    const isLost = this.loses > 0 || !this.#nats.isUp;
    this.loses = Math.max(this.loses - 1, 0);
    const { number } = worker;
    if (!isLost)
      this.#announcements.push({ partition, ownerEpoch: this.#ownerEpoch, number, tails, goneEdges });
  }

  #at(partition: number): Worker {
    const found = this.#workers[partition];
    if (!found) throw new Error(`There is no partition ${partition}.`);
    return found;
  }
}

function fold(worker: Worker, { sequence, event }: LogEntry): void {
  if (event.type === 'piece') worker.parts.push(event.part);
  if (event.type === 'message') {
    worker.messages.set(sequence, { sequence, event, parts: worker.parts, acknowledgedBy: new Set() });
    worker.parts = [];
  }
  if (event.type !== 'ack') return;
  for (const acknowledged of event.sequences) {
    const message = worker.messages.get(acknowledged);
    if (message?.event.uid === event.uid) message.acknowledgedBy.add(event.user);
  }
}

function isOwedTo({ event, acknowledgedBy }: StoredMessage, user: string): boolean {
  return event.retention === 'cache' ? acknowledgedBy.size === 0 : !acknowledgedBy.has(user);
}
