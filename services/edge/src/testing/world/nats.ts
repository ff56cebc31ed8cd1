import type { NatsConnection } from '@nats-io/transport-node';
import { Pipe } from './pipe.ts';
import type { Scheduler } from './scheduler.ts';

type Status = ReturnType<NatsConnection['status']>;

/** What can stall without the rest. */
export const KINDS = ['leader', 'watch', 'log', 'live', 'store', 'announcements'] as const;
export type Kind = (typeof KINDS)[number];

/**
 * The edge's connection to NATS and what lies behind it: everything that travels arrives when the scheduler
 * says so, what is of one kind in its order where it is pushed, questions and their answers in any.
 */
export class FakeNats {
  readonly #scheduler: Scheduler;
  readonly #parked = new Map<Kind, (() => void)[]>();
  readonly #statuses: Pipe<{ type: string }>[] = [];
  readonly #onCut = new Set<() => void>();
  readonly #onRestore = new Set<() => void>();
  readonly #onSilence = new Set<(kind: Kind) => void>();
  /** Which connection this is: what belongs to an earlier one is lost. */
  #connection = 1;
  #isUp = true;
  /** How much has arrived, announcements aside. */
  moved = 0;
  /** Questions that have neither an answer nor run out of time. */
  open = 0;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  status(): Status {
    const status = new Pipe<{ type: string }>();
    this.#statuses.push(status);
    return status as unknown as Status;
  }

  cut(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    this.#connection += 1;
    for (const lost of this.#onCut) lost();
    for (const status of this.#statuses) status.push({ type: 'disconnect' });
  }

  restore(): void {
    if (this.#isUp) return;
    this.#isUp = true;
    for (const back of this.#onRestore) back();
    for (const status of this.#statuses) status.push({ type: 'reconnect' });
  }

  onCut(lost: () => void): () => void {
    this.#onCut.add(lost);
    return () => this.#onCut.delete(lost);
  }

  onRestore(back: () => void): () => void {
    this.#onRestore.add(back);
    return () => this.#onRestore.delete(back);
  }

  /** A question ran out of time. */
  onSilence(unanswered: (kind: Kind) => void): void {
    this.#onSilence.add(unanswered);
  }

  isStalled(kind: Kind): boolean {
    return this.#parked.has(kind);
  }

  stall(kind: Kind): void {
    if (!this.#parked.has(kind)) this.#parked.set(kind, []);
  }

  release(kind: Kind): void {
    const parked = this.#parked.get(kind) ?? [];
    this.#parked.delete(kind);
    for (const go of parked) go();
  }

  later(kind: Kind, name: string, work: () => void): void {
    const parked = this.#parked.get(kind);
    if (parked) parked.push(() => this.later(kind, name, work));
    else {
      if (kind !== 'announcements') this.moved += 1;
      void this.#scheduler.schedule(Promise.resolve(), name).then(work);
    }
  }

  /** A question: it is handled at one moment, the answer arrives at another, and both are lost with the connection. */
  ask<T>(kind: Kind, name: string, timeout: number, handle: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const timer = setTimeout(() => {
      for (const unanswered of this.#onSilence) unanswered(kind);
      reject(new Error(`${name}: no answer`));
    }, timeout);
    this.await(promise);
    const connection = this.#connection;
    if (!this.#isUp) return promise;
    this.later(kind, `${name}?`, () => {
      if (connection !== this.#connection) return;
      const answer = attempt(handle);
      this.answer(kind, `${name}!`, () => {
        clearTimeout(timer);
        if ('value' in answer) resolve(answer.value);
        else reject(answer.error);
      });
    });
    return promise;
  }

  await(answer: Promise<unknown>): void {
    this.open += 1;
    const closed = () => {
      this.open -= 1;
    };
    answer.then(closed, closed);
  }

  /** An answer that is on its way to the edge is lost with the connection. */
  answer(kind: Kind, name: string, arrived: () => void): void {
    const connection = this.#connection;
    this.later(kind, name, () => {
      if (connection === this.#connection) arrived();
    });
  }
}

function attempt<T>(handle: () => T): { readonly value: T } | { readonly error: unknown } {
  try {
    return { value: handle() };
  } catch (error) {
    return { error };
  }
}

/** What is pushed to the edge, in its order. */
export class Channel<T> {
  readonly #nats: FakeNats;
  readonly #kind: Kind;
  readonly #name: string;
  readonly #deliver: (item: T) => void;
  #items: T[] = [];
  #isMoving = false;

  constructor(nats: FakeNats, kind: Kind, name: string, deliver: (item: T) => void) {
    this.#nats = nats;
    this.#kind = kind;
    this.#name = name;
    this.#deliver = deliver;
  }

  push(...items: readonly T[]): void {
    this.#items.push(...items);
    this.#move();
  }

  clear(): void {
    this.#items = [];
  }

  #move(): void {
    if (this.#isMoving || this.#items.length === 0) return;
    this.#isMoving = true;
    this.#nats.later(this.#kind, this.#name, () => {
      this.#isMoving = false;
      const [item] = this.#items.splice(0, 1);
      if (item !== undefined) this.#deliver(item);
      this.#move();
    });
  }
}
