import type { Delivered, StoredMessage } from '../history/records.ts';
import { type ConsumerConnection, type IndexedRun, isAcknowledged, of, type Violation } from './index-run.ts';

/** Where no store answered by then, a consumer goes live first and its backlog follows (the one exception). */
const LATE_BACKLOG_MS = 4500;
/** After a fault, services find their servers again. */
const RECOVERY_MS = 5000;

/**
 * On each connection messages come in the order of the log, none twice, and none is left out: what was published
 * after the handshake comes, whatever happens (DLV-1, DLV-3, DLV-7); what was published before comes unless it was
 * acknowledged (DLV-2).
 *
 * Connections of users who may not consume all the time are the permission checker's.
 */
export function gap(run: IndexedRun): Violation[] {
  return run.connections.flatMap((connection) => {
    const { topic, user } = connection.opened;
    if (!run.topicOf.get(topic)?.readers.includes(user)) return [];
    return [...outOfOrder(run, connection), ...leftOut(run, connection)];
  });
}

/**
 * From when on a connection is owed what is published, in order. Where the log's end could not be read when it
 * opened, since the log was away or no store answered, it begins with its first delivery, and what is older follows.
 */
function liveSince(run: IndexedRun, { opened, delivered }: ConsumerConnection): number {
  const first = delivered[0]?.t ?? Number.POSITIVE_INFINITY;
  const isLate = delivered.length > 0 && first >= opened.t + LATE_BACKLOG_MS;
  return isLate || isTroubled(run, opened.t) ? first : opened.t;
}

/** True from the first fault until a while after the last one was healed. */
function isTroubled(run: IndexedRun, t: number): boolean {
  const faults = of(run, 'fault');
  const healed = faults.findLast((fault) => fault.healed)?.t ?? Number.POSITIVE_INFINITY;
  const began = faults.find((fault) => !fault.healed)?.t ?? Number.POSITIVE_INFINITY;
  return t >= began && t <= healed + RECOVERY_MS;
}

function outOfOrder(run: IndexedRun, connection: ConsumerConnection): Violation[] {
  const { opened, delivered } = connection;
  const since = liveSince(run, connection);
  const violations: Violation[] = [];
  const seen = new Set<string>();
  let highest = 0;
  let highestLive = 0;
  for (const { id, t } of delivered) {
    const seq = run.stored.get(opened.topic)?.get(id)?.seq;
    if (seq === undefined) continue; // the total-queue checker's
    const live = (run.attempts.get(id)?.t ?? 0) > since;
    const say = (what: string) =>
      violations.push({ checker: 'gap', what: `${what}: ${id} (${seq}) on ${opened.connection}` });
    if (seen.has(id)) say('twice');
    else if (live && seq < highestLive) say('out of order');
    else if (!live && seq < highest && t < opened.t + LATE_BACKLOG_MS) say('out of order');
    seen.add(id);
    highest = Math.max(highest, seq);
    if (live) highestLive = Math.max(highestLive, seq);
  }
  return violations;
}

function leftOut(run: IndexedRun, connection: ConsumerConnection): Violation[] {
  const { opened, delivered, closedAt } = connection;
  const stored = run.stored.get(opened.topic);
  if (!stored) return [];
  const came = new Set(delivered.map(({ id }) => id));
  const since = liveSince(run, connection);
  const followers = followersOf(stored, delivered);
  return [...stored.values()].flatMap((message) => {
    if (came.has(message.id)) return [];
    const live = (run.attempts.get(message.id)?.t ?? 0) > since;
    const follower = followers.after(message.seq);
    // Nothing behind it came: whether it would have come is only known of a connection that stayed.
    if (!follower && closedAt !== undefined) return [];
    if (!live && isExcused(run, connection, message, follower)) return [];
    const kind = live ? 'left out' : 'left out of the backlog';
    return [{ checker: 'gap', what: `${kind}: ${message.id} (${message.seq}) on ${opened.connection}` }];
  });
}

function isExcused(
  run: IndexedRun,
  { opened, closedAt }: ConsumerConnection,
  message: StoredMessage,
  follower: Delivered | undefined,
): boolean {
  const isLate = follower !== undefined && follower.t >= opened.t + LATE_BACKLOG_MS;
  if (isLate && closedAt !== undefined) return true;
  const before = follower && !isLate ? follower.t : Number.POSITIVE_INFINITY;
  return isAcknowledged(run, message, opened.user, before);
}

/** Finds the first delivery on a connection of anything that stands behind a sequence. */
function followersOf(stored: ReadonlyMap<string, StoredMessage>, delivered: readonly Delivered[]) {
  const bySeq = delivered
    .map((delivery) => ({ seq: stored.get(delivery.id)?.seq ?? 0, delivery }))
    .toSorted((a, b) => a.seq - b.seq);
  let earliest: Delivered | undefined;
  const earliestFrom = bySeq.toReversed().map(({ seq, delivery }) => {
    if (!earliest || delivery.t < earliest.t) earliest = delivery;
    return { seq, delivery: earliest };
  });
  return {
    after(seq: number): Delivered | undefined {
      return earliestFrom.findLast((one) => one.seq > seq)?.delivery;
    },
  };
}
