import { JetStreamApiError, type JetStreamManager, jetstream, StorageType } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
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

/** A NATS key-value bucket. */
export class NatsBucket implements BucketPort {
  readonly #kv: KV;
  readonly #jsm: JetStreamManager;
  readonly #stream: string;
  readonly #markers: { readonly ttl?: string };

  private constructor(kv: KV, jsm: JetStreamManager, stream: string, markers: { readonly ttl?: string }) {
    this.#kv = kv;
    this.#jsm = jsm;
    this.#stream = stream;
    this.#markers = markers;
  }

  /** Opens a bucket, making it where there is none. */
  static async open(
    nc: NatsConnection,
    { namespace, replicas, kind, ttl }: BucketOptions,
  ): Promise<NatsBucket> {
    const name = `${namespace}-${kind}`;
    const js = jetstream(nc, { timeout: REQUEST_TIMEOUT_MS });
    const kv = await new Kvm(js).create(name, {
      history: 1,
      storage: StorageType.File,
      replicas,
      // Without direct reads every get is answered by the leader.
      allow_direct: false,
      ...(ttl === undefined ? { markerTTL: MARKER_TTL_MS } : { ttl }),
    });
    // Where entries vanish by themselves, markers do so with them.
    const markers = ttl === undefined ? { ttl: `${MARKER_TTL_MS / 1000}s` } : {};
    return new NatsBucket(kv, await js.jetstreamManager(false), `KV_${name}`, markers);
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

  watch(): Promise<BucketWatch> {
    return this.#kv.watch();
  }

  async newest(): Promise<number> {
    const found = await this.#jsm.streams.getMessage(this.#stream, { last_by_subj: '>' });
    return found?.seq ?? 0;
  }
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
