import type { LogEvent, LogRecord, MessagePublished, MessagesAcknowledged } from '@dasf-broker/log';
import type { Changes } from './changes.ts';
import { fold } from './evolve.ts';
import { FoldError } from './fold-error.ts';

export interface Consumer {
  readonly uid: string;
  readonly user: string;
}

/**
 * Who joined a topic after something of it was acknowledged in the same run, for the first time in it: if they
 * were consumers before is for the tables to say.
 */
export function lateJoins(records: readonly LogRecord[]): Consumer[] {
  const acknowledged = new Set<string>();
  const joined = new Map<string, Consumer>();
  for (const { event } of records) {
    if (acknowledges(event)) acknowledged.add(event.uid);
    if (event.type !== 'joined' || !acknowledged.has(event.uid)) continue;
    joined.set(consumerKey(event), { uid: event.uid, user: event.user });
  }
  return [...joined.values()];
}

/**
 * Folds a run, in parts where one event must find in the tables what an earlier one did: whether all consumers
 * acknowledged a message is judged when it is acknowledged, and who comes later is not asked (ACK-3). So what is
 * written does not depend on how the log was cut into runs.
 *
 * @param known those of the late joins who were consumers before
 * @throws {FoldError} where a record makes no sense
 */
export function foldInParts(records: readonly LogRecord[], known: readonly Consumer[] = []): Changes[] {
  const consumers = new Set(known.map(consumerKey));
  let part: LogRecord[] = [];
  let seen = new Seen(consumers);
  const parts = [part];
  for (const record of records) {
    if (seen.mustPrecede(record)) {
      part = [];
      seen = new Seen(consumers);
      parts.push(part);
    }
    seen.add(record);
    part.push(record);
  }
  return parts.map(foldPart);
}

/** Folding depends on nothing but the records: whatever it fails with, it fails with for ever. */
function foldPart(records: readonly LogRecord[]): Changes {
  try {
    return fold(records);
  } catch (error) {
    throw error instanceof FoldError ? error : new FoldError(String(error), { cause: error });
  }
}

/** What of a part decides whether a later event can belong to it. */
class Seen {
  readonly #acknowledged = new Set<string>();
  readonly #joined = new Set<string>();
  readonly #changed = new Set<string>();
  /** Of the whole run. */
  readonly #consumers: Set<string>;

  constructor(consumers: Set<string>) {
    this.#consumers = consumers;
  }

  add({ event }: LogRecord): void {
    if (acknowledges(event)) this.#acknowledged.add(event.uid);
    if (event.type === 'topic') this.#changed.add(event.uid);
    if (event.type !== 'joined') return;
    this.#joined.add(event.uid);
    this.#consumers.add(consumerKey(event));
  }

  /** True where the event would change by whom or what earlier ones of the part are judged. */
  mustPrecede({ event }: LogRecord): boolean {
    switch (event.type) {
      case 'joined':
        return this.#acknowledged.has(event.uid) && !this.#consumers.has(consumerKey(event));
      case 'topic':
        return [this.#acknowledged, this.#joined, this.#changed].some((uids) => uids.has(event.uid));
      default:
        return false;
    }
  }
}

function acknowledges(event: LogEvent): event is MessagesAcknowledged | MessagePublished {
  return event.type === 'ack' || (event.type === 'message' && event.deliveredTo !== undefined);
}

function consumerKey({ uid, user }: Consumer): string {
  return JSON.stringify([uid, user]);
}
