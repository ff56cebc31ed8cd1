import type { LogRecord, UnreadableRecord } from '@dasf-broker/log';

export type AnyRecord = LogRecord | UnreadableRecord;

const MAX_RECORDS = 1000;
const MAX_BYTES = 1024 * 1024;
const MAX_RUNS_AHEAD = 2;

/**
 * Between the log, which gives records one by one, and the database, which takes them in runs: while one run
 * is being written, the next one gathers. Bounded: the reader waits when two runs are full.
 */
export class RecordQueue {
  #records: AnyRecord[] = [];
  #bytes = 0;
  #fault: unknown;
  #ended = false;
  #isStarved = false;
  #changed = Promise.withResolvers<void>();
  #gathered = Promise.withResolvers<void>();

  /** Somebody waits for records, and none are there. */
  get isStarved(): boolean {
    return this.#isStarved;
  }

  /** Reads until the source ends. */
  async fill(source: AsyncIterable<AnyRecord>): Promise<void> {
    try {
      for await (const record of source) {
        this.#records.push(record);
        this.#bytes += sizeOf(record);
        this.#tell();
        if (this.#hasRun) this.hurry();
        while (this.#full && !this.#ended) await this.#changed.promise;
        if (this.#ended) return;
      }
    } catch (fault) {
      this.#fault = fault;
    } finally {
      this.end();
    }
  }

  /**
   * Resolves so many milliseconds after something has come, so that more comes with it: a run costs the database much,
   * and each of its records little. At once where there is enough for a run, or somebody is in a hurry.
   */
  async gather(patience: number): Promise<void> {
    this.#gathered = Promise.withResolvers();
    await this.#supplied();
    if (this.#hasRun || this.#ended) return;
    const timer = setTimeout(() => this.hurry(), patience);
    await this.#gathered.promise;
    clearTimeout(timer);
  }

  /** Somebody waits for what is being gathered. */
  hurry(): void {
    this.#gathered.resolve();
  }

  /**
   * What is there, at least one record; nothing at the end.
   *
   * @throws what the source failed with, after its last records
   */
  async take(): Promise<readonly AnyRecord[]> {
    await this.#supplied();
    if (this.#records.length === 0 && this.#fault) throw this.#fault;
    let bytes = 0;
    const end = this.#records.findIndex((record, index) => {
      bytes += sizeOf(record);
      return index > 0 && (bytes > MAX_BYTES || index >= MAX_RECORDS);
    });
    const taken = this.#records.splice(0, end < 0 ? this.#records.length : end);
    this.#bytes -= taken.reduce((sum, record) => sum + sizeOf(record), 0);
    this.#tell();
    return taken;
  }

  /** Takes no more; what is there can still be taken. */
  end(): void {
    this.#ended = true;
    this.hurry();
    this.#tell();
  }

  async #supplied(): Promise<void> {
    this.#isStarved = true;
    while (this.#records.length === 0 && !this.#ended) await this.#changed.promise;
    this.#isStarved = false;
  }

  get #hasRun(): boolean {
    return this.#records.length >= MAX_RECORDS || this.#bytes >= MAX_BYTES;
  }

  get #full(): boolean {
    return this.#records.length >= MAX_RUNS_AHEAD * MAX_RECORDS || this.#bytes >= MAX_RUNS_AHEAD * MAX_BYTES;
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

function sizeOf({ event, ...record }: AnyRecord): number {
  if (event === undefined) return (record as UnreadableRecord).body.length;
  if (event.type === 'piece') return event.part.length;
  return 'frame' in event ? event.frame.length : 0;
}
