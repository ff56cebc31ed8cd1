import type { ServiceToken } from '@dasf-broker/access';
import type { BucketEntry, WatchedCopy } from '@dasf-broker/registry';

/** A service token as its bucket holds it. */
export interface StoredServiceToken extends ServiceToken {
  readonly revision: number;
}

/** All service tokens in memory, by id. */
export class ServiceTokenCopy implements WatchedCopy {
  readonly #tokens = new Map<string, StoredServiceToken>();
  readonly #listeners = new Set<(id: string) => void>();

  get(id: string): StoredServiceToken | undefined {
    return this.#tokens.get(id);
  }

  revisions(): Map<string, number> {
    return new Map([...this.#tokens.values()].map(({ id, revision }) => [id, revision]));
  }

  tokens(): Iterable<StoredServiceToken> {
    return this.#tokens.values();
  }

  take(entry: BucketEntry): void {
    const token = serviceTokenOf(entry);
    if (token) this.apply(token);
    else this.forgetKey(entry.key, entry.revision);
  }

  /** Takes what is newer than what is known; gives what is known then. */
  apply(token: StoredServiceToken): StoredServiceToken {
    const known = this.#tokens.get(token.id);
    if (known && known.revision >= token.revision) return known;
    this.#tokens.set(token.id, token);
    return token;
  }

  forgetKey(id: string, upTo: number): void {
    const known = this.#tokens.get(id);
    if (!known || known.revision > upTo) return;
    this.#tokens.delete(id);
    for (const listener of this.#listeners) listener(id);
  }

  /** Calls the listener when a token is gone; returns what ends that. */
  onGone(listener: (id: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The token that an entry holds; `undefined` for a removal, and for what is none. */
export function serviceTokenOf(entry: BucketEntry): StoredServiceToken | undefined {
  if (entry.operation !== 'PUT') return undefined;
  try {
    const token = entry.json<ServiceToken>();
    const { name, subject, hash } = token;
    const isWhole = token.id === entry.key && [name, subject, hash].every((one) => typeof one === 'string');
    return isWhole ? { ...token, revision: entry.revision } : undefined;
  } catch {
    return undefined;
  }
}
