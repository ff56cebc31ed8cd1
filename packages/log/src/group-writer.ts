import type { Refusals } from '@dasf-broker/nats';
import type { NatsConnection } from '@nats-io/transport-node';
import { AppendError } from './append-error.ts';
import { type BatchOutcome, type Entry, notAllowed, storeBatch } from './batch.ts';
import type { ConnectionWatch } from './connection-watch.ts';
import { expiryOf, type Group } from './group.ts';

const PAUSE_MS = 20;
/**
 * An atomic batch costs the server as much as 15 to 30 single messages before its first one is durable: it makes
 * files for it and removes them. So few go singly, all under way at once.
 */
const MAX_SINGLY = 16;

type SingleOutcome = BatchOutcome['kind'] | AppendError;

/** Brings groups of events into the log and tells each what became of it. */
export class GroupWriter {
  readonly #nc: NatsConnection;
  readonly #connection: ConnectionWatch;
  readonly #refusals: Refusals;

  constructor(nc: NatsConnection, connection: ConnectionWatch, refusals: Refusals) {
    this.#nc = nc;
    this.#connection = connection;
    this.#refusals = refusals;
  }

  /** Resolves when all have an answer but those that it returns: they are to be sent again, before any other. */
  store(groups: readonly Group[]): Promise<readonly Group[]> {
    const singly = groups.length <= MAX_SINGLY && groups.every(({ entries }) => entries.length === 1);
    return singly ? this.#storeSingly(groups) : this.#storeTogether(groups);
  }

  /** The log stores what is under way in the order in which it was sent, and answers each for itself. */
  async #storeSingly(groups: readonly Group[]): Promise<readonly Group[]> {
    const sent = performance.now();
    const outcomes = await Promise.all(groups.map((group) => this.#storeOne(group)));
    const stored = outcomes.lastIndexOf('stored');
    const again = groups.filter((group, index) => {
      const outcome = outcomes[index];
      if (outcome === 'stored' || outcome === 'duplicate') return false;
      // What was not taken can go again as long as nothing has come before it that was called later.
      const canWait = outcome === 'busy' && index > stored && performance.now() < group.expires;
      const reason = this.#reasonOf(outcome, group.entries, sent);
      if (reason.code !== 'LOG_REFUSED' && (canWait || group.repeats)) return true;
      group.failed(reason);
      return false;
    });
    if (again.length > 0) await pause();
    return again;
  }

  async #storeOne({ entries, expires, stored }: Group): Promise<SingleOutcome> {
    try {
      const { kind } = await this.#send(entries, Math.max(Math.ceil(expires - performance.now()), 1));
      if (kind !== 'busy') stored();
      return kind;
    } catch (error) {
      return error instanceof AppendError ? error : unexpected(error);
    }
  }

  #reasonOf(outcome: SingleOutcome | undefined, entries: readonly Entry[], sent: number): AppendError {
    if (outcome instanceof AppendError) return outcome;
    return this.#refusalOf(entries, sent) ?? unanswered();
  }

  async #storeTogether(groups: readonly Group[]): Promise<readonly Group[]> {
    try {
      const entries = groups.flatMap((group) => group.entries);
      const outcome = await this.#attempt(entries, expiryOf(groups));
      if (outcome === 'duplicate') return await this.#split(groups);
      for (const group of groups) group.stored();
      return [];
    } catch (error) {
      const reason = error instanceof AppendError ? error : unexpected(error);
      const again = reason.code === 'LOG_UNREACHABLE' ? groups.filter(({ repeats }) => repeats) : [];
      for (const group of groups) if (!again.includes(group)) group.failed(reason);
      if (again.length > 0) await pause();
      return again;
    }
  }

  async #attempt(entries: readonly Entry[], expires: number): Promise<'stored' | 'duplicate'> {
    for (;;) {
      const left = Math.ceil(expires - performance.now());
      if (left <= 0) throw unanswered();
      const sent = performance.now();
      const outcome = await this.#send(entries, left);
      if (outcome.kind !== 'busy') return outcome.kind;
      await pause();
      const refusal = this.#refusalOf(entries, sent);
      if (refusal) throw refusal;
    }
  }

  async #send(entries: readonly Entry[], timeout: number): Promise<BatchOutcome> {
    if (!this.#connection.isUp) throw unanswered();
    return this.#connection.whileUp(storeBatch(this.#nc, entries, timeout));
  }

  /** A batch of which NATS refused a part looks like one too many. */
  #refusalOf(entries: readonly Entry[], sent: number): AppendError | undefined {
    const refused = entries.find(({ subject }) => this.#refusals.refusedPublishing(subject, sent));
    return refused && new AppendError('LOG_REFUSED', notAllowed(refused.subject));
  }

  /** A batch that holds a duplicate is refused as a whole: halves of it go one after the other. */
  async #split(groups: readonly Group[]): Promise<readonly Group[]> {
    const [only] = groups;
    if (groups.length > 1) {
      const middle = Math.ceil(groups.length / 2);
      const again = await this.store(groups.slice(0, middle));
      // What is sent again must not come after what was sent behind it.
      if (again.length > 0) return [...again, ...groups.slice(middle)];
      return this.store(groups.slice(middle));
    }
    if (only && only.entries.length > 1)
      for (const entry of only.entries) await this.#attempt([entry], only.expires);
    only?.stored();
    return [];
  }
}

export function unanswered(): AppendError {
  return new AppendError('LOG_UNREACHABLE', 'The log did not answer in time.');
}

function unexpected(cause: unknown): AppendError {
  return new AppendError('LOG_REFUSED', 'The events could not be sent to the log.', { cause });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
