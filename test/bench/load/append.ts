import { DiscardPolicy, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect, headers, type NatsConnection, nuid } from '@nats-io/transport-node';
import { Latencies, type LatencySummary } from './latencies.ts';

export interface AppendOptions {
  readonly natsUrl: string;
  /** As many as the broker's log has. */
  readonly streams: number;
  readonly payloadBytes: number;
  readonly seconds: number;
}

export interface AppendResult {
  readonly perSecond: number;
  /** Of one append, of one batch, or of two appends in sequence. */
  readonly latency: LatencySummary;
}

/** Appends with nothing around them, one message each, so many under way at a time on each stream. */
export function appendSingly(options: AppendOptions & { readonly inFlight: number }): Promise<AppendResult> {
  return run(options, options.inFlight, 1, (log, subject) => log.append(subject));
}

/** The same in atomic batches, one under way at a time on each stream. */
export function appendBatches(options: AppendOptions & { readonly batch: number }): Promise<AppendResult> {
  return run(options, 1, options.batch, (log, subject) => log.appendBatch(subject, options.batch));
}

/** Two, the second when the first is durable: what a request and its response cost at least. */
export function appendPairs(options: AppendOptions): Promise<AppendResult> {
  return run({ ...options, streams: 1 }, 1, 1, async (log, subject) => {
    await log.append(subject);
    await log.append(subject);
  });
}

async function run(
  { natsUrl, streams, payloadBytes, seconds }: AppendOptions,
  inFlight: number,
  each: number,
  append: (log: BareLog, subject: string) => Promise<void>,
): Promise<AppendResult> {
  await using log = await BareLog.open(natsUrl, streams, payloadBytes);
  const latencies = new Latencies();
  const ends = performance.now() + seconds * 1000;
  let appended = 0;
  const keepAppending = async (subject: string) => {
    for (;;) {
      const began = performance.now();
      await append(log, subject);
      if (performance.now() > ends) return;
      latencies.record(began);
      appended += each;
    }
  };
  await Promise.all(
    log.subjects.flatMap((subject) => Array.from({ length: inFlight }, () => keepAppending(subject))),
  );
  return { perSecond: appended / seconds, latency: latencies.summary() };
}

/** Streams as those of the broker's log, without anything of it; they are gone with this. */
class BareLog implements AsyncDisposable {
  readonly subjects: readonly string[];
  readonly #nc: NatsConnection;
  readonly #body: Uint8Array;
  readonly #inbox = `_INBOX.${nuid.next()}`;
  readonly #waiting = new Map<string, PromiseWithResolvers<void>>();
  #number = 0;

  private constructor(nc: NatsConnection, name: string, streams: number, payloadBytes: number) {
    this.#nc = nc;
    this.#body = Buffer.alloc(payloadBytes, 'x');
    this.subjects = Array.from({ length: streams }, (_, index) => `${name}.${index}`);
    nc.subscribe(`${this.#inbox}.*`, {
      callback: (_error, message) => {
        const waiting = this.#waiting.get(message.subject);
        this.#waiting.delete(message.subject);
        const { error } = message.json<{ error?: { description: string } }>();
        if (error) waiting?.reject(new Error(error.description));
        else waiting?.resolve();
      },
    });
  }

  static async open(natsUrl: string, streams: number, payloadBytes: number): Promise<BareLog> {
    const nc = await connect({ servers: natsUrl });
    const log = new BareLog(nc, `bare-${nuid.next()}`, streams, payloadBytes);
    const manager = await jetstreamManager(nc);
    for (const subject of log.subjects) {
      const options = { storage: StorageType.File, discard: DiscardPolicy.New, allow_atomic: true };
      await manager.streams.add({ name: subject.replace('.', '-'), subjects: [subject], ...options });
    }
    return log;
  }

  append(subject: string): Promise<void> {
    const { reply, stored } = this.#expect();
    this.#nc.publish(subject, this.#body, { reply });
    return stored;
  }

  appendBatch(subject: string, count: number): Promise<void> {
    const batch = nuid.next();
    const { reply, stored } = this.#expect();
    for (let sequence = 1; sequence <= count; sequence += 1) {
      const chosen = headers();
      chosen.set('Nats-Batch-Id', batch);
      chosen.set('Nats-Batch-Sequence', String(sequence));
      if (sequence === count) chosen.set('Nats-Batch-Commit', '1');
      this.#nc.publish(subject, this.#body, { headers: chosen, ...(sequence === count && { reply }) });
    }
    return stored;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const manager = await jetstreamManager(this.#nc);
    for (const subject of this.subjects) await manager.streams.delete(subject.replace('.', '-'));
    await this.#nc.close();
  }

  #expect(): { reply: string; stored: Promise<void> } {
    this.#number += 1;
    const reply = `${this.#inbox}.${this.#number}`;
    const waiting = Promise.withResolvers<void>();
    this.#waiting.set(reply, waiting);
    return { reply, stored: waiting.promise };
  }
}
