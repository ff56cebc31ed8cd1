import { type NeededStream, openStream, prepareStream } from '@dasf-broker/nats';
import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstream,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { type NatsConnection, nanos } from '@nats-io/transport-node';
import { BucketFollower } from './bucket-follower.ts';
import { type BucketNames, bucketNames } from './bucket-names.ts';
import type { BucketEntry, BucketPort, BucketWatch } from './bucket-port.ts';

export interface RegistryOptions {
  /** Installations on one NATS account are told apart by it. */
  readonly namespace: string;
  /** NATS servers that keep a copy. */
  readonly replicas: number;
}

export interface BucketOptions extends RegistryOptions {
  /** What it holds; ends the bucket's name. */
  readonly kind: string;
  /** Entries vanish after so many milliseconds; they stay where this is left out. */
  readonly ttl?: number;
}

/** A question that was on its way when the connection broke has no answer: it is asked again before long. */
const REQUEST_TIMEOUT_MS = 1000;
const WRONG_LAST_SEQUENCE = new Set([10071, 10164]);
/** The marker of what was removed tells watchers of the removal, then expires. */
const MARKER_TTL_MS = 60 * 60 * 1000;

/**
 * A NATS key-value bucket. It is followed without a consumer: who may make one may have the server deliver to any
 * subject, in the server's own name.
 */
export class NatsBucket implements BucketPort {
  readonly #nc: NatsConnection;
  readonly #kv: KV;
  readonly #jsm: JetStreamManager;
  readonly #names: BucketNames;
  readonly #markers: { readonly ttl?: string };
  readonly #followers = new Set<BucketFollower>();

  private constructor(nc: NatsConnection, names: BucketNames, kv: KV, jsm: JetStreamManager, ttl?: number) {
    this.#nc = nc;
    this.#names = names;
    this.#kv = kv;
    this.#jsm = jsm;
    // Where entries vanish by themselves, markers do so with them.
    this.#markers = ttl === undefined ? { ttl: `${MARKER_TTL_MS / 1000}s` } : {};
  }

  /**
   * Makes a bucket, or brings the one that is there up to date, with the operator's rights.
   *
   * @throws {NatsUnprepared} where the one that is there cannot be made to fit
   */
  static async prepare(nc: NatsConnection, options: BucketOptions): Promise<void> {
    await prepareStream(nc, neededStream(options));
  }

  /** @throws {NatsUnprepared} where it is not there or is unfit */
  static async open(nc: NatsConnection, options: BucketOptions): Promise<NatsBucket> {
    await openStream(nc, neededStream(options));
    const names = bucketNames(options.namespace, options.kind);
    const js = jetstream(nc, { timeout: REQUEST_TIMEOUT_MS });
    // Without direct reads every get is answered by the leader.
    const kv = await new Kvm(js).open(names.bucket, { bindOnly: true, allow_direct: false });
    return new NatsBucket(nc, names, kv, await js.jetstreamManager(false), options.ttl);
  }

  get(key: string): Promise<BucketEntry | null> {
    return this.#kv.get(key);
  }

  create(key: string, value: string): Promise<number> {
    return this.#kv.create(key, value);
  }

  put(key: string, value: string): Promise<number> {
    return this.#kv.put(key, value);
  }

  update(key: string, value: string, revision: number): Promise<number | undefined> {
    return orMoved(this.#kv.update(key, value, revision));
  }

  async purge(key: string, revision: number): Promise<boolean> {
    const options = { previousSeq: revision, ...this.#markers };
    return (await orMoved(this.#kv.purge(key, options).then(() => true))) ?? false;
  }

  async watch(): Promise<BucketWatch> {
    // A batch that NATS refuses would show by silence.
    await this.#jsm.direct.getMessage(this.#names.stream, { seq: 1 });
    const follower = new BucketFollower({
      nc: this.#nc,
      jsm: this.#jsm,
      names: this.#names,
      newest: () => this.newest(),
      ended: () => this.#followers.delete(follower),
    });
    this.#followers.add(follower);
    await follower.ready.catch((error: unknown) => {
      follower.stop();
      throw error;
    });
    return follower;
  }

  async newest(): Promise<number> {
    const found = await this.#jsm.streams.getMessage(this.#names.stream, { last_by_subj: '>' });
    const revision = found?.seq ?? 0;
    for (const follower of this.#followers) follower.expect(revision);
    return revision;
  }
}

function neededStream({ namespace, replicas, kind, ttl }: BucketOptions): NeededStream {
  const names = bucketNames(namespace, kind);
  return {
    name: names.stream,
    subjects: [names.entry('>')],
    storage: StorageType.File,
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    max_msgs_per_subject: 1,
    num_replicas: replicas,
    max_age: nanos(ttl ?? 0),
    allow_direct: true,
    allow_rollup_hdrs: true,
    deny_delete: true,
    allow_msg_ttl: ttl === undefined,
    subject_delete_marker_ttl: ttl === undefined ? nanos(MARKER_TTL_MS) : 0,
    republish: { src: names.entry('>'), dest: names.change('>') },
  };
}

/** What was written; `undefined` where the key is not at the expected revision. */
async function orMoved<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.has(error.code)) return undefined;
    throw error;
  }
}
