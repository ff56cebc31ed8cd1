import {
  createOpaqueToken,
  digestOf,
  isOpaqueId,
  isUserName,
  looksAnonymous,
  parsePermissions,
  SERVICE_TOKEN,
  type ServiceToken,
  type ServiceTokenLookup,
} from '@dasf-broker/access';
import { Bucket, LeaderReads, Patience, type RegistryOptions, RegistryWatch } from '@dasf-broker/registry';
import type { NatsConnection } from '@nats-io/transport-node';
import { CredentialError } from './errors.ts';
import { inTime } from './in-time.ts';
import { ServiceTokenCopy, type StoredServiceToken, serviceTokenOf } from './service-token-copy.ts';

export type { StoredServiceToken } from './service-token-copy.ts';

/** What an operator says of a new token. */
export interface ServiceTokenRequest {
  readonly name: string;
  /** The user whose token it is. */
  readonly subject: string;
  /** Entries as in `parsePermissions`. */
  readonly permissions: readonly string[];
  readonly creator: string;
  readonly expires: Date | null;
}

export interface IssuedServiceToken {
  /** Shown once, to whoever asked for it, and kept nowhere. */
  readonly token: string;
  readonly entry: StoredServiceToken;
}

/** The kind of the service tokens' bucket. */
export const SERVICE_TOKENS = 'service-tokens';

/**
 * The service tokens of this installation (AUT-6): a key-value bucket with one key a token, kept in memory by a
 * watch as the topic registry is. They are no events of the log: what is in force is what the bucket holds, and a
 * replayed log must not bring a revoked token back.
 */
export class ServiceTokens implements ServiceTokenLookup, AsyncDisposable {
  readonly #bucket: Bucket;
  readonly #copy = new ServiceTokenCopy();
  readonly #watch: RegistryWatch;
  readonly #leaderReads = new LeaderReads((id: string) => this.#readLeader(id));

  private constructor(bucket: Bucket) {
    this.#bucket = bucket;
    this.#watch = new RegistryWatch(bucket, this.#copy);
  }

  /** Makes the bucket where there is none, with the operator's rights. */
  static prepare(nc: NatsConnection, options: RegistryOptions): Promise<void> {
    return Bucket.prepare(nc, { ...options, kind: SERVICE_TOKENS });
  }

  /**
   * Opens the bucket and loads every token.
   *
   * @throws {NatsUnprepared}
   */
  static async open(nc: NatsConnection, options: RegistryOptions): Promise<ServiceTokens> {
    await using opening = new AsyncDisposableStack();
    const bucket = await Bucket.open(nc, { ...options, kind: SERVICE_TOKENS });
    const tokens = opening.use(new ServiceTokens(bucket));
    await tokens.#watch.loaded;
    opening.move();
    return tokens;
  }

  /** Milliseconds: every revocation that is older is known here. */
  get age(): number {
    return this.#watch.age;
  }

  /** The token as far as the watch has told. */
  get(id: string): StoredServiceToken | undefined {
    return this.#copy.get(id);
  }

  /** Every token, as far as the watch has told. */
  list(): Iterable<StoredServiceToken> {
    return this.#copy.tokens();
  }

  /** By the local copy where it may be relied on, else as the leader has it. */
  async find(id: string): Promise<StoredServiceToken | undefined> {
    const known = this.#watch.isStale ? undefined : this.#copy.get(id);
    return known ?? (await inTime(() => this.lead(id)));
  }

  /**
   * The token as the bucket's leader has it.
   *
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`
   */
  lead(id: string): Promise<StoredServiceToken | undefined> {
    return this.#leaderReads.ask(id);
  }

  /**
   * @throws {CredentialError} `SERVICE_TOKEN_INVALID`
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`
   */
  async create(request: ServiceTokenRequest): Promise<IssuedServiceToken> {
    assertFit(request);
    const { name, subject, permissions, creator, expires } = request;
    const token = createOpaqueToken(SERVICE_TOKEN);
    const digest = digestOf(SERVICE_TOKEN, token);
    if (!digest) throw new TypeError('A new token must be whole.');
    const entry = await this.#store({
      ...digest,
      name,
      subject,
      permissions,
      creator,
      created: new Date().toISOString(),
      expires: expires?.toISOString() ?? null,
    });
    return { token, entry };
  }

  /**
   * Revokes a token: nothing is let in with it any more, and what it has open ends within two seconds.
   *
   * @returns the token that was revoked
   * @throws {CredentialError} `SERVICE_TOKEN_UNKNOWN`
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`
   */
  async revoke(id: string): Promise<StoredServiceToken> {
    for (;;) {
      const current = isOpaqueId(id) ? await this.lead(id) : undefined;
      if (!current) {
        throw new CredentialError(
          'SERVICE_TOKEN_UNKNOWN',
          `There is no service token ${JSON.stringify(id)}.`,
        );
      }
      if (!(await this.#bucket.purge(id, current.revision))) continue;
      this.#copy.forgetKey(id, current.revision);
      return current;
    }
  }

  /** Calls the listener with the id of each token that comes to be known as revoked; returns what ends that. */
  onRevoked(listener: (id: string) => void): () => void {
    return this.#copy.onGone(listener);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch[Symbol.dispose]();
  }

  async #store(token: ServiceToken): Promise<StoredServiceToken> {
    for (const patience = new Patience(); ; ) {
      try {
        const revision = await this.#bucket.create(token.id, token);
        return this.#copy.apply({ ...token, revision });
      } catch (error) {
        // A lost answer looks like a failure; no two tokens have the same hash.
        const existing = await this.lead(token.id);
        if (existing?.hash === token.hash) return existing;
        await patience.orThrow(error);
      }
    }
  }

  async #readLeader(id: string): Promise<StoredServiceToken | undefined> {
    const before = this.#copy.get(id)?.revision ?? 0;
    const entry = await this.#bucket.get(id);
    const token = entry ? serviceTokenOf(entry) : undefined;
    if (!token) {
      // What came to be known while the question was under way stays.
      this.#copy.forgetKey(id, before);
      return undefined;
    }
    // The watch has passed this revision: what it says of the token now (perhaps: revoked) is newer.
    if (token.revision <= this.#watch.watchedUpTo) return this.#copy.get(id);
    return this.#copy.apply(token);
  }
}

const LONGEST_NAME = 100;

function assertFit({ name, subject, permissions, expires }: ServiceTokenRequest): void {
  const refuse = (message: string) => {
    throw new CredentialError('SERVICE_TOKEN_INVALID', message);
  };
  if (!isUserName(name) || name.length > LONGEST_NAME)
    refuse(`A name has 1 to ${LONGEST_NAME} printable characters and no blanks around them.`);
  if (!isUserName(subject)) refuse('A subject has 1 to 255 printable characters and no blanks around them.');
  if (looksAnonymous(subject)) refuse('No token may claim the name of users without a token.');
  const [unknown] = parsePermissions(permissions).ignored;
  if (unknown !== undefined) {
    refuse(
      `${JSON.stringify(unknown)} is no permission: take add_brokertopic, administer, or can_produce, can_consume or can_view_status with a topic, such as can_produce:weather or can_produce:weather-*.`,
    );
  }
  if (expires !== null && !(expires.getTime() > Date.now())) refuse('A token must end in the future.');
}
