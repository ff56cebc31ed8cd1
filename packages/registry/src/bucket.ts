import { JetStreamApiError, jetstream, StorageType } from '@nats-io/jetstream';
import { type KV, type KvEntry, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { unreachable } from './errors.ts';
import { Patience } from './patience.ts';

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

/** A NATS key-value bucket that only its leader answers for; changes are compare-and-set. */
export class Bucket {
  readonly kv: KV;
  readonly #markers: { readonly ttl?: string };

  private constructor(kv: KV, markers: { readonly ttl?: string }) {
    this.kv = kv;
    this.#markers = markers;
  }

  /** Opens it, making it where there is none. */
  static async open(nc: NatsConnection, { namespace, replicas, kind, ttl }: BucketOptions): Promise<Bucket> {
    // Without direct reads every get is answered by the leader.
    const kv = await new Kvm(jetstream(nc, { timeout: REQUEST_TIMEOUT_MS })).create(`${namespace}-${kind}`, {
      history: 1,
      storage: StorageType.File,
      replicas,
      allow_direct: false,
      ...(ttl === undefined ? { markerTTL: MARKER_TTL_MS } : { ttl }),
    });
    // Where entries vanish by themselves, markers do so with them.
    return new Bucket(kv, ttl === undefined ? { ttl: `${MARKER_TTL_MS / 1000}s` } : {});
  }

  /**
   * The entry as the leader has it.
   *
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`
   */
  async get(key: string): Promise<KvEntry | null> {
    for (const patience = new Patience(); ; ) {
      try {
        return await this.kv.get(key);
      } catch (error) {
        await patience.orThrow(error);
      }
    }
  }

  /** Writes a new entry; rejects where there is one, and where nobody answers: look again. */
  create(key: string, value: object): Promise<number> {
    return this.kv.create(key, JSON.stringify(value));
  }

  /**
   * Writes an entry that nobody else has the key of.
   *
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`
   */
  async put(key: string, value: object): Promise<number> {
    for (const patience = new Patience(); ; ) {
      try {
        return await this.kv.put(key, JSON.stringify(value));
      } catch (error) {
        await patience.orThrow(error);
      }
    }
  }

  /**
   * @returns the new revision; `undefined` where the entry is not that of `revision` any more
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`; it may have been written
   */
  update(key: string, value: object, revision: number): Promise<number | undefined> {
    return expectRevision(() => this.kv.update(key, JSON.stringify(value), revision));
  }

  /**
   * Removes an entry.
   *
   * @returns whether it was removed: not where it is not that of `revision` any more
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`; it may have been removed
   */
  async purge(key: string, revision: number): Promise<boolean> {
    const options = { previousSeq: revision, ...this.#markers };
    return (await expectRevision(() => this.kv.purge(key, options).then(() => true))) ?? false;
  }
}

async function expectRevision<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof JetStreamApiError && WRONG_LAST_SEQUENCE.has(error.code)) return undefined;
    throw unreachable(error);
  }
}
