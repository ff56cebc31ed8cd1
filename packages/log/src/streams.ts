import { type NeededStream, openStream, prepareStream, refusalIn } from '@dasf-broker/nats';
import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  PersistMode,
  RetentionPolicy,
  StorageType,
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

  /**
   * Makes the streams that are missing and brings those that are there up to date, with the operator's rights.
   * Their epochs stay, and so does what an operator has chosen of what is free (`max_bytes`, more replicas).
   *
   * @throws {NatsUnprepared} where one that is there cannot be made to fit
   */
  static async prepare(nc: NatsConnection, options: LogOptions): Promise<void> {
    const subjects = new Subjects(options.namespace);
    for (let partition = 0; partition < options.partitions; partition += 1) {
      const initial = { metadata: { [EPOCH]: crypto.randomUUID() } };
      await prepareStream(nc, neededStream(subjects, partition, options), initial);
    }
  }

  /**
   * Opens the log.
   *
   * @throws {NatsUnprepared} where a stream is not there or is unfit
   */
  static async open(nc: NatsConnection, options: LogOptions): Promise<LogStreams> {
    const subjects = new Subjects(options.namespace);
    for (let partition = 0; partition < options.partitions; partition += 1) {
      await openStream(nc, neededStream(subjects, partition, options));
    }
    return LogStreams.attach(nc, options);
  }

  /** Opens the log to look at it: a stream that is missing stays missing. */
  static async attach(
    nc: NatsConnection,
    { namespace, partitions }: Pick<LogOptions, 'namespace' | 'partitions'>,
  ): Promise<LogStreams> {
    // Services may not ask what the account has.
    const jsm = await jetstreamManager(nc, { checkAPI: false });
    return new LogStreams(nc, jsm, new Subjects(namespace), partitions);
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

  /** @throws {NatsRefused} where this service may not read single records */
  async checkReading(): Promise<void> {
    for (let partition = 0; partition < this.partitions; partition += 1) {
      const read = this.#jsm.direct.getMessage(this.subjects.stream(partition), { seq: 1 });
      await read.catch((error: unknown) => {
        throw refusalIn(error) ?? error;
      });
    }
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

function neededStream(subjects: Subjects, partition: number, options: LogOptions): NeededStream {
  return {
    name: subjects.stream(partition),
    subjects: [subjects.partition(partition)],
    storage: StorageType.File,
    // Synced before it is acknowledged, where the server is told so.
    persist_mode: PersistMode.Default,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    // What is stored goes by truncation alone.
    max_age: 0,
    max_msgs: -1,
    max_msgs_per_subject: -1,
    deny_delete: true,
    deny_purge: false,
    num_replicas: options.replicas,
    duplicate_window: nanos(options.dedupWindow),
    allow_direct: true,
    allow_atomic: true,
    republish: subjects.republish(partition),
    // Headers of a publisher must not remove what is stored, or put it off.
    allow_rollup_hdrs: false,
    allow_msg_ttl: false,
    allow_msg_schedules: false,
    allow_msg_counter: false,
  };
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}
