import { closeSync, openSync, writeSync } from 'node:fs';
import type { HistoryRecord, NewRecord } from './records.ts';

const FLUSH_EVERY = 200;

/** What happened in a run, in the order in which it happened, in memory and as JSON lines in a file. */
export class History implements Disposable {
  readonly records: HistoryRecord[] = [];
  readonly #file: number;
  readonly #began = performance.now();
  #unwritten: string[] = [];
  #closed = false;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
  }

  get now(): number {
    return Math.round((performance.now() - this.#began) * 100) / 100;
  }

  add(record: NewRecord): void {
    // What clients notice of the end is of no interest.
    if (this.#closed) return;
    const timed = { t: this.now, ...record } as HistoryRecord;
    this.records.push(timed);
    this.#unwritten.push(JSON.stringify(timed));
    if (this.#unwritten.length >= FLUSH_EVERY) this.#flush();
  }

  fault(what: string, healed = false): void {
    this.add({ op: 'fault', what, ...(healed ? { healed } : {}) });
  }

  [Symbol.dispose](): void {
    this.#closed = true;
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#unwritten.length > 0) writeSync(this.#file, `${this.#unwritten.join('\n')}\n`);
    this.#unwritten = [];
  }
}
