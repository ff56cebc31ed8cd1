import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamInfo,
} from '@nats-io/jetstream';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { SharedRead } from './shared-read.ts';
import { Subjects } from './subjects.ts';

export interface LogOptions {
  readonly namespace: string;
  /** Streams that the log is spread over; each one fsyncs on its own. */
  readonly partitions: number;
  readonly replicas: number;
  /** How long a client's message id suppresses a repetition, in milliseconds (PUB-8). */
  readonly dedupWindow: number;
}

const STREAM_NOT_FOUND = 10059;
const STREAM_NAME_IN_USE = 10058;
const EPOCH = 'dasf_epoch';

/** The end of one partition and which log it is the end of. */
export interface LogEnd {
  readonly epoch: string;
  readonly first: number;
  readonly last: number;
}

/** How much one partition holds; times in milliseconds since the epoch, by the clock of the log's leader. */
export interface LogExtent extends LogEnd {
  readonly firstTime: number;
  readonly lastTime: number;
  readonly now: number;
  readonly bytes: number;
  /** `undefined`: as much as the disk takes. */
  readonly maxBytes: number | undefined;
}

/** An installation's streams: one for each partition. */
export class LogStreams {
  readonly subjects: Subjects;
  readonly partitions: number;
  readonly #jsm: JetStreamManager;
  readonly #ends = new Map<number, SharedRead<LogEnd>>();

  private constructor(nc: NatsConnection, jsm: JetStreamManager, subjects: Subjects, partitions: number) {
    this.#jsm = jsm;
    void this.#forgetLostReads(nc);
    this.subjects = subjects;
    this.partitions = partitions;
  }

  /** Opens the log, making the streams that are missing. What exists is left as it is. */
  static async open(nc: NatsConnection, options: LogOptions): Promise<LogStreams> {
    const jsm = await jetstreamManager(nc);
    const subjects = new Subjects(options.namespace);
    for (let partition = 0; partition < options.partitions; partition += 1) {
      await ensureStream(jsm, subjects, partition, options);
    }
    return new LogStreams(nc, jsm, subjects, options.partitions);
  }

  /** Opens the log to look at it: a stream that is missing stays missing. */
  static async attach(
    nc: NatsConnection,
    { namespace, partitions }: Pick<LogOptions, 'namespace' | 'partitions'>,
  ): Promise<LogStreams> {
    return new LogStreams(nc, await jetstreamManager(nc), new Subjects(namespace), partitions);
  }

  /** What there is of a partition; `undefined` where its stream is missing. */
  async find(partition: number): Promise<LogExtent | undefined> {
    try {
      return await this.extent(partition);
    } catch (error) {
      if (isApiError(error, STREAM_NOT_FOUND)) return undefined;
      throw error;
    }
  }

  /** Asks the stream's leader; who asks at the same time shares the answer, which is no older than the question. */
  end(partition: number): Promise<LogEnd> {
    const read = this.#ends.get(partition) ?? new SharedRead<LogEnd>(() => this.extent(partition));
    this.#ends.set(partition, read);
    return read.get();
  }

  /** Asks the stream's leader. */
  async extent(partition: number): Promise<LogExtent> {
    const { config, state, ts } = await this.#jsm.streams.info(this.subjects.stream(partition));
    return {
      epoch: config.metadata?.[EPOCH] ?? '',
      first: state.first_seq,
      last: state.last_seq,
      firstTime: Date.parse(state.first_ts),
      lastTime: Date.parse(state.last_ts),
      now: ts === undefined ? Date.now() : Date.parse(ts),
      bytes: state.bytes,
      maxBytes: config.max_bytes > 0 ? config.max_bytes : undefined,
    };
  }

  /** The first record that was stored at this time or later; `undefined` where there is none. */
  async firstSince(partition: number, time: number): Promise<number | undefined> {
    const found = await this.#jsm.direct.getMessage(this.subjects.stream(partition), {
      start_time: new Date(time),
    });
    return found?.seq;
  }

  /** When the record with this sequence was stored, in milliseconds since the epoch; `undefined` where it is gone. */
  async timeOf(partition: number, sequence: number): Promise<number | undefined> {
    const found = await this.#jsm.direct.getMessage(this.subjects.stream(partition), { seq: sequence });
    return found?.time.getTime();
  }

  /**
   * Drops the oldest records, up to this sequence. Publishers wait meanwhile, the longer the more subjects the
   * stream has.
   */
  async truncate(partition: number, upTo: number): Promise<void> {
    await this.#jsm.streams.purge(this.subjects.stream(partition), { seq: upTo + 1 });
  }

  /** What was asked when the connection broke is answered by nobody: who asks later must not wait for that. */
  async #forgetLostReads(nc: NatsConnection): Promise<void> {
    for await (const { type } of nc.status()) if (type === 'disconnect') this.#ends.clear();
  }
}

async function ensureStream(
  jsm: JetStreamManager,
  subjects: Subjects,
  partition: number,
  options: LogOptions,
): Promise<StreamInfo> {
  const name = subjects.stream(partition);
  try {
    return await jsm.streams.info(name);
  } catch (error) {
    if (!isApiError(error, STREAM_NOT_FOUND)) throw error;
  }
  try {
    return await jsm.streams.add({
      name,
      subjects: [subjects.partition(partition)],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      num_replicas: options.replicas,
      duplicate_window: nanos(options.dedupWindow),
      allow_direct: true,
      allow_atomic: true,
      deny_delete: true,
      republish: subjects.republish(partition),
      metadata: { [EPOCH]: crypto.randomUUID() },
    });
  } catch (error) {
    // Another service made it in the meantime, with an epoch of its own choosing.
    if (isApiError(error, STREAM_NAME_IN_USE)) return await jsm.streams.info(name);
    throw error;
  }
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}
