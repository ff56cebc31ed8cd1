import type { Announced, HistoryRecord, NewRecord, RunRecord, TopicUnderTest } from '../history/records.ts';
import { type IndexedRun, indexRun } from './index-run.ts';

const TOPIC: TopicUnderTest = { name: 'tides', retention: 'cache', readers: ['anna'] };

/** A run as a test tells it, a millisecond after the other. */
export class Given {
  readonly #history: HistoryRecord[] = [];
  readonly #log: RunRecord['log'][number][] = [];
  readonly #topic: TopicUnderTest;
  readonly #announced: Announced[] = [];
  #t = 0;

  constructor(topic: Partial<TopicUnderTest> = {}) {
    this.#topic = { ...TOPIC, ...topic };
  }

  /** So many milliseconds pass. */
  later(milliseconds: number): this {
    this.#t += milliseconds;
    return this;
  }

  add(record: NewRecord): this {
    this.#t += 1;
    this.#history.push({ t: this.#t, ...record } as HistoryRecord);
    return this;
  }

  sent(id: string, connection = 'p/1', attempt = 1): this {
    const { name: topic } = this.#topic;
    return this.add({ op: 'publish', proc: 'p', connection, topic, user: 'paula', id, attempt, hash: id });
  }

  answered(id: string, outcome: 'ok' | 'fail' | 'info' = 'ok', connection = 'p/1'): this {
    return this.add({ op: 'answer', proc: 'p', connection, topic: this.#topic.name, id, outcome });
  }

  /** At this place in the log. */
  stored(id: string, seq: number): this {
    const { name: topic } = this.#topic;
    this.#log.push({ partition: 0, seq, topic, uid: 'uid-1', user: 'paula', id });
    return this;
  }

  /** Sent, answered and stored. */
  published(id: string, seq: number): this {
    return this.sent(id).stored(id, seq).answered(id);
  }

  opened(connection = 'c/1', user = 'anna'): this {
    return this.add({ op: 'open', connection, topic: this.#topic.name, user });
  }

  final(connection: string, user = 'anna'): this {
    return this.opened(connection, user).add({ op: 'final', connection, topic: this.#topic.name, user });
  }

  closed(connection = 'c/1'): this {
    return this.add({ op: 'close', connection, code: 1006 });
  }

  came(id: string, connection = 'c/1', user = 'anna', hash = id): this {
    return this.add({ op: 'deliver', connection, topic: this.#topic.name, user, id, hash });
  }

  acknowledged(id: string, connection = 'c/1', user = 'anna'): this {
    return this.add({ op: 'ack', connection, topic: this.#topic.name, user, id });
  }

  /** That `rita` may consume is asked for or taken, and answered at once. */
  right(granted: boolean): this {
    const right = { op: 'right', topic: this.#topic.name, user: 'rita', granted } as const;
    return this.add({ ...right, phase: 'asked' }).add({ ...right, phase: 'answered', outcome: 'ok' });
  }

  fault(what: string, healed = false): this {
    return this.add({ op: 'fault', what, ...(healed ? { healed } : {}) });
  }

  /** The edge says so. */
  readiness(state: 'ready' | 'unready' | 'silent', says = ''): this {
    return this.add({ op: 'readiness', kind: 'edge', service: 'edge-1', state, says });
  }

  announces(one: Announced): this {
    this.#announced.push(one);
    return this;
  }

  cursor(seq: number, last: number, ownerEpoch = 1): this {
    return this.add({ op: 'cursor', partition: 0, seq, ownerEpoch, last });
  }

  get run(): IndexedRun {
    return indexRun({
      topics: [this.#topic],
      history: this.#history,
      log: this.#log,
      announced: this.#announced,
    });
  }
}

/** What a checker says, without its name. */
export function wordsOf(check: (run: IndexedRun) => readonly { what: string }[], given: Given): string[] {
  return check(given.run).map(({ what }) => what);
}
