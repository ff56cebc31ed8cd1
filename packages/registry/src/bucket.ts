import type { NatsConnection } from '@nats-io/transport-node';
import type { BucketEntry, BucketPort, BucketWatch } from './bucket-port.ts';
import { unreachable } from './errors.ts';
import { type BucketOptions, NatsBucket } from './nats-bucket.ts';
import { Patience } from './patience.ts';

/** Entries with one leader that answers for them; changes are compare-and-set. */
export class Bucket {
  readonly #port: BucketPort;

  constructor(port: BucketPort) {
    this.#port = port;
  }

  /** Makes a bucket on NATS, or brings the one that is there up to date, with the operator's rights. */
  static prepare(nc: NatsConnection, options: BucketOptions): Promise<void> {
    return NatsBucket.prepare(nc, options);
  }

  /**
   * Opens a bucket on NATS.
   *
   * @throws {NatsUnprepared}
   */
  static async open(nc: NatsConnection, options: BucketOptions): Promise<Bucket> {
    return new Bucket(await NatsBucket.open(nc, options));
  }

  /**
   * The entry as the leader has it.
   *
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`
   */
  async get(key: string): Promise<BucketEntry | null> {
    for (const patience = new Patience(); ; ) {
      try {
        return await this.#port.get(key);
      } catch (error) {
        await patience.orThrow(error);
      }
    }
  }

  /** Writes a new entry; rejects where there is one, and where nobody answers: look again. */
  create(key: string, value: object): Promise<number> {
    return this.#port.create(key, JSON.stringify(value));
  }

  /**
   * Writes an entry that nobody else has the key of.
   *
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`
   */
  async put(key: string, value: object): Promise<number> {
    for (const patience = new Patience(); ; ) {
      try {
        return await this.#port.put(key, JSON.stringify(value));
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
    return this.#port.update(key, JSON.stringify(value), revision).catch(throwUnreachable);
  }

  /**
   * Removes an entry.
   *
   * @returns whether it was removed: not where it is not that of `revision` any more
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`; it may have been removed
   */
  purge(key: string, revision: number): Promise<boolean> {
    return this.#port.purge(key, revision).catch(throwUnreachable);
  }

  /** Rejects where nobody answers, as does `newest`. */
  watch(): Promise<BucketWatch> {
    return this.#port.watch();
  }

  /** The revision of the newest entry that is there; 0 where there is none. */
  newest(): Promise<number> {
    return this.#port.newest();
  }
}

function throwUnreachable(cause: unknown): never {
  throw unreachable(cause);
}
