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

/** An installation's streams: one for each partition. */
export class LogStreams {
  readonly subjects: Subjects;
  readonly partitions: number;
  readonly #jsm: JetStreamManager;
  readonly #ends = new Map<number, SharedRead<LogEnd>>();

  private constructor(jsm: JetStreamManager, subjects: Subjects, partitions: number) {
    this.#jsm = jsm;
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
    return new LogStreams(jsm, subjects, options.partitions);
  }

  /** Asks the stream's leader; who asks at the same time shares the answer, which is no older than the question. */
  end(partition: number): Promise<LogEnd> {
    const read = this.#ends.get(partition) ?? new SharedRead(() => this.#readEnd(partition));
    this.#ends.set(partition, read);
    return read.get();
  }

  async #readEnd(partition: number): Promise<LogEnd> {
    const info = await this.#jsm.streams.info(this.subjects.stream(partition));
    return {
      epoch: info.config.metadata?.[EPOCH] ?? '',
      first: info.state.first_seq,
      last: info.state.last_seq,
    };
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
