import { closing, newTopic, type RegisteredTopic, withGrant, withoutGrant } from '@dasf-broker/registry';
import { Reading } from '../../limits/reading.ts';
import { FakeBucket } from './bucket.ts';
import { Client, FakeSocket } from './client.ts';
import { EdgeUnderTest, SLUG } from './edge.ts';
import { FakeLog, PARTITIONS } from './log.ts';
import { FakeNats, KINDS, type Kind } from './nats.ts';
import { Producer } from './producer.ts';
import type { Scheduler } from './scheduler.ts';
import { FakeStore } from './store.ts';
import { forgetTimers, now, pass, settled } from './time.ts';
import { Truth } from './truth.ts';

export const USERS = ['ann', 'bob'] as const;
const HANDSHAKE_PATIENCE_MS = 1500;
const PIECE_MS = 100;
/** Clean-up removes what has been marked for longer than any edge may be without knowledge of it. */
const CLEAN_UP_MS = 2500;

/** An edge with its consumers; everything around it is fake, and takes place when a test says so. */
export class World {
  readonly truth = new Truth();
  readonly nats: FakeNats;
  readonly bucket: FakeBucket;
  readonly log: FakeLog;
  readonly store: FakeStore;
  readonly producer: Producer;
  readonly clients: Client[] = [];
  readonly bufferBytes: number;
  /** Topics that clean-up removed. */
  readonly cleanedUp = new Set<string>();
  /** For how long nobody answered what is outstanding. */
  storeAwayFor = 0;
  readonly #scheduler: Scheduler;
  #edge!: EdgeUnderTest;
  readonly #calmEnds = new Map<number, number>();
  #topics = 0;
  #marked: { readonly revision: number; readonly at: number } | undefined;

  private constructor(scheduler: Scheduler, bufferBytes: number) {
    this.#scheduler = scheduler;
    this.bufferBytes = bufferBytes;
    this.nats = new FakeNats(scheduler);
    // Time passes as well while nothing arrives: a leader that is not heard in time is away, too.
    this.nats.onSilence((kind) => {
      if (kind === 'leader') this.#disturb();
    });
    this.bucket = new FakeBucket(this.nats, (topic) => this.truth.leaderHas(topic, USERS, now()));
    this.log = new FakeLog(this.nats, (partition) => this.store.stored(partition));
    this.store = new FakeStore(this.nats, this.log);
    this.producer = new Producer(this.truth, this.log);
  }

  static async open(scheduler: Scheduler, bufferBytes: number): Promise<World> {
    forgetTimers();
    const world = new World(scheduler, bufferBytes);
    const opening = EdgeUnderTest.open(world);
    await world.arrive();
    world.#edge = await opening;
    return world;
  }

  get edge(): EdgeUnderTest {
    return this.#edge;
  }

  /** Another user, elsewhere, acknowledges a message. */
  acknowledge(which: number): void {
    const stored = [...this.truth.messages.values()].filter(({ sequence }) => sequence !== undefined);
    const message = pick(stored, which);
    if (message?.sequence === undefined) return;
    const { uid, partition, sequence } = message;
    this.log.store(partition, { type: 'ack', topic: SLUG, uid, user: 'carol', sequences: [sequence] });
  }

  create(partition: number, users: readonly string[], isResponse: boolean): void {
    if (this.truth.current) return;
    this.#topics += 1;
    const responseFor = isResponse ? { slug: SLUG, uid: 'source' } : null;
    const grants = { can_produce: [], can_consume: users, can_view_status: [] };
    const creator = 'carol';
    this.bucket.write(
      newTopic({ slug: SLUG, partition, creator, responseFor, grants }, `uid-${this.#topics}`),
    );
  }

  grant(user: string): void {
    this.#change((topic) => withGrant(topic, 'can_consume', user));
  }

  revoke(user: string): void {
    this.#change((topic) => withoutGrant(topic, 'can_consume', user));
  }

  /** An operator's. */
  remove(): void {
    const { current } = this.truth;
    if (current) this.bucket.drop(current);
  }

  /** The first step of clean-up, or the second one. */
  cleanUp(): void {
    const { current } = this.truth;
    if (!current?.responseFor) return;
    const marked = this.#marked;
    if (marked?.revision !== current.revision) {
      this.#change(closing);
      this.#marked = { revision: this.truth.current?.revision ?? 0, at: now() };
    } else if (now() - marked.at >= CLEAN_UP_MS) {
      this.cleanedUp.add(current.uid);
      this.bucket.drop(current);
    }
  }

  connect(user: string): void {
    const toldEnds = new Map<number, number>();
    const connection = this.#edge.connect(user, (partition, last) => {
      // An earlier answer may come later.
      toldEnds.set(partition, Math.max(last, toldEnds.get(partition) ?? 0));
    });
    const closed = () => queueMicrotask(() => connection.close());
    const socket = new FakeSocket(this.truth, this.bufferBytes, closed);
    const gone = new Set(
      [...this.truth.messages.values()]
        .filter(
          ({ partition, sequence }) => sequence !== undefined && this.log.isGone(partition, sequence, user),
        )
        .map(({ name }) => name),
    );
    const client = new Client({
      user,
      connection,
      socket,
      toldEnds,
      storeWasAwayFor: this.storeAwayFor,
      gone,
    });
    this.clients.push(client);
    void this.#shakeHands(client);
  }

  /** A consumer acknowledges something that it got. */
  confirm(who: number, which: number): void {
    const client = pick(this.clients, who);
    const message = client && pick(client.received, which);
    if (!client?.isOpen || !message) return;
    client.connection.receive(Buffer.from(JSON.stringify({ messageId: message.name })));
  }

  leave(who: number): void {
    const client = pick(this.clients, who);
    if (!client) return;
    client.socket.readyState = 3;
    client.connection.close();
  }

  read(who: number, isReading: boolean): void {
    pick(this.clients, who)?.socket.read(isReading);
  }

  /** The store believes that this edge is gone. */
  declareGone(partition: number): void {
    this.log.store(partition, { type: 'edge-gone', edge: this.#edge.name });
  }

  async pass(milliseconds: number, inPiecesOf = PIECE_MS): Promise<void> {
    await pass(milliseconds, inPiecesOf, (step) => {
      if (this.store.isAway) this.storeAwayFor += step;
    });
  }

  /** So much of what travels arrives. */
  async take(count: number, isTogether: boolean): Promise<void> {
    for (let taken = 0; taken < count && this.#scheduler.count() > 0; taken += 1) {
      await this.#scheduler.waitOne();
      if (!isTogether) await settled();
    }
    await settled();
  }

  stall(kind: Kind): void {
    if (kind === 'leader') this.#disturb();
    this.nats.stall(kind);
  }

  cut(): void {
    this.#disturb();
    this.nats.cut();
  }

  /** The oldest that is folded is dropped from the log, if every consumer has had it. */
  truncate(partition: number): void {
    this.log.truncate(partition, Math.min(this.store.cursor(partition), this.#calmEnds.get(partition) ?? 0));
  }

  /** Everything that was away is back, and all that is on its way arrives. */
  async calm(): Promise<void> {
    for (const kind of KINDS) this.nats.release(kind);
    this.nats.restore();
    this.store.isRefusing = false;
    this.log.lag = 0;
    this.store.loses = 0;
    for (const { socket } of this.clients) socket.read(true);
    for (let quiet = 0; quiet < 5; ) {
      const before = this.nats.moved;
      await this.arrive();
      await this.pass(500, 250);
      quiet = this.nats.moved === before && this.nats.open === 0 ? quiet + 1 : 0;
    }
    for (const partition of PARTITIONS) this.#calmEnds.set(partition, this.log.last(partition));
    for (const client of this.clients) if (client.isOpen) client.calmSince ??= now();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { connection, socket } of this.clients) {
      socket.read(true);
      connection.close();
    }
    this.#edge[Symbol.dispose]();
    this.store[Symbol.dispose]();
    await this.arrive();
  }

  /** All that is on its way arrives, and what follows from it. */
  async arrive(): Promise<void> {
    await settled();
    while (this.#scheduler.count() > 0) await this.take(1, false);
  }

  async #shakeHands(client: Client): Promise<void> {
    const { connection, socket, user } = client;
    const before = this.#edge.topic;
    let isReady = false;
    const ready = connection.ready.then(
      () => {
        isReady = true;
      },
      () => {},
    );
    await Promise.race([ready, new Promise((resolve) => setTimeout(resolve, HANDSHAKE_PATIENCE_MS))]);
    if (socket.readyState !== 1) return connection.close();
    const { topic } = this.#edge;
    client.openedAt = now();
    const isKnown = isReady && topic?.uid === before?.uid && topic?.grants.can_consume.includes(user);
    if (topic && isKnown) client.opened = { uid: topic.uid, logEnd: this.log.last(topic.partition) };
    connection.attach(socket, new Reading(socket));
  }

  #disturb(): void {
    for (const client of this.clients) client.calmSince = undefined;
  }

  #change(change: (topic: RegisteredTopic) => RegisteredTopic): void {
    const { current } = this.truth;
    if (!current) return;
    const { revision: _, ...entry } = change(current);
    this.bucket.write(entry);
  }
}

function pick<T>(items: readonly T[], which: number): T | undefined {
  return items[which % Math.max(items.length, 1)];
}
