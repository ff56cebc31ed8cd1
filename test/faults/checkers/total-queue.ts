import { type IndexedRun, isAcknowledged, of, type Violation } from './index-run.ts';

export interface QueueCounts {
  readonly attempted: number;
  readonly acknowledged: number;
  readonly delivered: number;
  /** Delivered although their publishers were never told `ok`. */
  readonly recovered: number;
  /** Deliveries to a user who had had the message before, on another connection. */
  readonly redelivered: number;
}

const CHECKER = 'total-queue';

/**
 * What was answered `ok` came to whom it had to come (lost), nothing came that nobody sent (unexpected), nothing
 * came changed, and nothing that may be stored once is stored twice.
 */
export function totalQueue(run: IndexedRun): Violation[] {
  return [...lost(run), ...notReturned(run), ...unexpected(run), ...storedTwice(run), ...notStored(run)];
}

export function queueCounts(run: IndexedRun): QueueCounts {
  const ids = new Set<string>();
  const perUser = new Set<string>();
  let redelivered = 0;
  for (const { id, user } of of(run, 'deliver')) {
    ids.add(id);
    if (perUser.has(`${user} ${id}`)) redelivered += 1;
    perUser.add(`${user} ${id}`);
  }
  // Several connections of one user that are open together each get their copy; that is no redelivery to count.
  const acknowledged = run.ok.size;
  const recovered = [...ids].filter((id) => !run.ok.has(id)).length;
  return { attempted: run.attempts.size, acknowledged, delivered: ids.size, recovered, redelivered };
}

/** Under `cache` somebody must have had it (whether he might is another checker's), else each of the readers. */
function lost(run: IndexedRun): Violation[] {
  const delivered = of(run, 'deliver');
  const had = new Set(delivered.map(({ id, user }) => `${user} ${id}`));
  const came = new Set(delivered.map(({ id }) => id));
  const violations: Violation[] = [];
  for (const id of run.ok) {
    const topic = run.topicOf.get(run.attempts.get(id)?.topic ?? '');
    if (!topic) continue;
    const missing = topic.readers.filter((user) => !had.has(`${user} ${id}`));
    const isLost = topic.retention === 'cache' ? !came.has(id) : missing.length > 0;
    if (isLost) {
      violations.push({ checker: CHECKER, what: `lost: ${id} on ${topic.name} never came to ${missing}` });
    }
  }
  return violations;
}

/** DLV-6: what nobody (or not this user) ever acknowledged comes again to whoever connects in the end. */
function notReturned(run: IndexedRun): Violation[] {
  const violations: Violation[] = [];
  for (const { opened, delivered, isFinal } of run.connections) {
    if (!isFinal) continue;
    const came = new Set(delivered.map(({ id }) => id));
    for (const { topic, id } of run.stored.get(opened.topic)?.values() ?? []) {
      if (came.has(id) || isAcknowledged(run, { topic, id }, opened.user)) continue;
      violations.push({ checker: CHECKER, what: `not returned: ${id} on ${topic} to ${opened.user}` });
    }
  }
  return violations;
}

function unexpected(run: IndexedRun): Violation[] {
  return of(run, 'deliver').flatMap(({ id, topic, hash, connection }) => {
    const attempt = run.attempts.get(id);
    if (!attempt || attempt.topic !== topic) {
      return [{ checker: CHECKER, what: `unexpected: ${id} came on ${topic} to ${connection}` }];
    }
    if (attempt.hash === hash) return [];
    return [{ checker: CHECKER, what: `changed: ${id} came to ${connection} with another content` }];
  });
}

function storedTwice(run: IndexedRun): Violation[] {
  const seen = new Map<string, number>();
  return run.log.flatMap(({ uid, user, id, topic, seq }) => {
    const key = `${uid} ${user} ${id}`;
    const first = seen.get(key);
    seen.set(key, first ?? seq);
    if (first === undefined) return [];
    return [{ checker: CHECKER, what: `stored twice: ${id} on ${topic} at ${first} and ${seq}` }];
  });
}

function notStored(run: IndexedRun): Violation[] {
  return [...run.ok].flatMap((id) => {
    const topic = run.attempts.get(id)?.topic ?? '';
    if (run.stored.get(topic)?.has(id)) return [];
    return [{ checker: CHECKER, what: `not in the log: ${id} on ${topic}, which was answered ok` }];
  });
}
