import { setTimeout as sleep } from 'node:timers/promises';
import { LogStreams, readLog } from '@dasf-broker/log';
import { closeNats, connectNats } from '@dasf-broker/nats';
import type { NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import type { FaultStack } from '../stack/stack.ts';
import type { History } from './history.ts';
import type { StoredMessage } from './records.ts';

const NAMESPACE = 'dasf';
const PARTITIONS = [0, 1, 2, 3];
const SAMPLE_EVERY_MS = 200;
const ANSWER_WITHIN_MS = 2000;
/** A server that was paused thinks for so long that it leads, and knows nothing of what came since. */
const STEPS_DOWN_WITHIN_MS = 10_000;

/** Looks at log and database past all faults of the lines. */
export class Observer implements AsyncDisposable {
  readonly #nc: NatsConnection;
  readonly #streams: LogStreams;
  readonly #pool: pg.Pool;
  readonly #history: History;
  readonly #isCluster: boolean;
  readonly #sampling: Promise<void>;
  /** Partitions that are still looked at. */
  #open = new Set(PARTITIONS);
  #untilFolded = false;
  #ended = false;

  private constructor(
    nc: NatsConnection,
    streams: LogStreams,
    pool: pg.Pool,
    history: History,
    isCluster: boolean,
  ) {
    this.#nc = nc;
    this.#streams = streams;
    this.#pool = pool;
    this.#history = history;
    this.#isCluster = isCluster;
    pool.on('error', () => {});
    this.#sampling = this.#sample();
  }

  static async start({ natsUrl, databaseUrl, logServers }: FaultStack, history: History): Promise<Observer> {
    const nc = await connectNats({ url: natsUrl, client: 'observer' });
    const streams = await LogStreams.attach(nc, { namespace: NAMESPACE, partitions: PARTITIONS.length });
    const timeouts = { connectionTimeoutMillis: ANSWER_WITHIN_MS, query_timeout: ANSWER_WITHIN_MS };
    const pool = new pg.Pool({ connectionString: databaseUrl, max: 1, ...timeouts });
    return new Observer(nc, streams, pool, history, logServers.length > 1);
  }

  /** Resolves to true once each partition was seen folded to its end. */
  async folded(within: number): Promise<boolean> {
    this.#untilFolded = true;
    const deadline = performance.now() + within;
    while (this.#open.size > 0 && performance.now() < deadline) await sleep(50);
    return this.#open.size === 0;
  }

  /** Events of all partitions that no store has folded yet. */
  async lag(): Promise<number> {
    const { rows } = await this.#pool.query('select partition, seq::int8 as seq from projection');
    const lags = rows.map(
      async ({ partition, seq }) => (await this.#endOf(partition, Number(seq))) - Number(seq),
    );
    return (await Promise.all(lags)).reduce((sum, each) => sum + each, 0);
  }

  /** The messages of these topics as the log holds them. */
  async readMessages(isWanted: (topic: string) => boolean): Promise<StoredMessage[]> {
    const found: StoredMessage[] = [];
    for (const partition of PARTITIONS) {
      const { first, last } = await this.#streams.extent(partition);
      if (last < first) continue;
      const stop = new AbortController();
      for await (const record of readLog(this.#nc, this.#streams, partition, first, stop.signal)) {
        const { event, sequence: seq } = record;
        if (event?.type === 'message' && isWanted(event.topic)) {
          const { topic, uid, user, messageId: id } = event;
          found.push({ partition, seq, topic, uid, user, id });
        }
        if (seq >= last) break;
      }
      stop.abort();
    }
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended = true;
    await this.#sampling;
    await this.#pool.end();
    await closeNats(this.#nc);
  }

  async #sample(): Promise<void> {
    while (!this.#ended) {
      await this.#look().catch(() => {});
      await sleep(SAMPLE_EVERY_MS);
    }
  }

  async #look(): Promise<void> {
    // First the cursors, then the ends: so no cursor may be ahead.
    const { rows } = await this.#pool.query(
      'select partition, seq::int8 as seq, owner_epoch::int8 as epoch from projection',
    );
    const isLast = this.#untilFolded;
    for (const { partition, seq, epoch } of rows) {
      if (!this.#open.has(partition)) continue;
      const last = await this.#endOf(partition, Number(seq));
      const seen = { partition, seq: Number(seq), ownerEpoch: Number(epoch), last };
      this.#history.add({ op: 'cursor', ...seen });
      // What comes later is not of this run.
      if (isLast && seen.seq === last) this.#open.delete(partition);
    }
  }

  /** Asks again where a server of several may be behind the others. */
  async #endOf(partition: number, cursor: number): Promise<number> {
    const deadline = performance.now() + STEPS_DOWN_WITHIN_MS;
    for (;;) {
      const { last } = await this.#streams.extent(partition);
      if (last >= cursor || !this.#isCluster || performance.now() > deadline) return last;
      await sleep(SAMPLE_EVERY_MS);
    }
  }
}
