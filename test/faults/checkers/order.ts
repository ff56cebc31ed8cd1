import type { Answered, Published } from '../history/records.ts';
import { type IndexedRun, of, type Violation } from './index-run.ts';

/**
 * The log holds a producer's messages in the order in which they were sent, where that is known: both were stored
 * at their first attempt on one connection (PUB-1), or the first was answered before the second was sent at all.
 */
export function order(run: IndexedRun): Violation[] {
  const answered = new Map(
    run.answers.filter(({ outcome }) => outcome === 'ok').map((answer) => [answer.id, answer]),
  );
  const retried = new Set(
    of(run, 'publish')
      .filter(({ attempt }) => attempt > 1)
      .map(({ id }) => id),
  );
  const firsts = [...run.attempts.values()]
    .filter(({ id }) => answered.has(id))
    .toSorted((a, b) => a.t - b.t);
  const violations: Violation[] = [];
  for (const sent of Map.groupBy(firsts, ({ proc }) => proc).values()) {
    violations.push(...ofProducer(run, sent, answered, retried));
  }
  return violations;
}

function ofProducer(
  run: IndexedRun,
  sent: readonly Published[],
  answered: ReadonlyMap<string, Answered>,
  retried: ReadonlySet<string>,
): Violation[] {
  const seqOf = ({ topic, id }: Published) => run.stored.get(topic)?.get(id)?.seq;
  const violations: Violation[] = [];
  /** The highest sequence among those that were sent at once on a connection. */
  const highest = new Map<string, Published>();
  /** Answered messages in the order of their answers, and the highest of those before a moment. */
  const settled = sent.toSorted((a, b) => answeredAt(a, answered) - answeredAt(b, answered));
  let done = 0;
  let before: Published | undefined;
  for (const next of sent) {
    for (let one = settled[done]; one && answeredAt(one, answered) < next.t; one = settled[done]) {
      if ((seqOf(one) ?? 0) > (before ? (seqOf(before) ?? 0) : 0)) before = one;
      done += 1;
    }
    const rivals = [before, retried.has(next.id) ? undefined : highest.get(next.connection)];
    for (const rival of rivals) {
      if (rival && (seqOf(rival) ?? 0) > (seqOf(next) ?? Number.POSITIVE_INFINITY)) {
        violations.push({
          checker: 'order',
          what: `${next.id} (${seqOf(next)}) was sent after ${rival.id} (${seqOf(rival)}) on ${next.topic}`,
        });
      }
    }
    const top = highest.get(next.connection);
    if (!retried.has(next.id) && (seqOf(next) ?? 0) > (top ? (seqOf(top) ?? 0) : 0)) {
      highest.set(next.connection, next);
    }
  }
  return violations;
}

function answeredAt({ id }: Published, answered: ReadonlyMap<string, Answered>): number {
  return answered.get(id)?.t ?? Number.POSITIVE_INFINITY;
}
