import { hash } from 'node:crypto';
import type { JWTPayload, JWTVerifyResult, ResolvedKey } from 'jose';
import { CLOCK_TOLERANCE_SECONDS } from './clock-tolerance.ts';
import type { TokenKeys } from './keys.ts';

const MOST_TOKENS = 1000;

type Verified = JWTVerifyResult & ResolvedKey;

/**
 * What an issuer's tokens say whose signature was found good: clients come back with the one that they have, and a
 * signature is most of what a token costs. It stands for the very key that it was checked with and for no other. The
 * issuer's keys are asked for it each time, so that one that was withdrawn, or is too old, counts no longer; and what
 * depends on the time is looked at anew.
 */
export class VerifiedTokens {
  readonly #most: number;
  /** By digest: the tokens themselves are not kept. Who was here last stands last. */
  readonly #tokens = new Map<string, Verified>();

  constructor(most = MOST_TOKENS) {
    this.#most = most;
  }

  get size(): number {
    return this.#tokens.size;
  }

  /**
   * The claims of a token; `undefined` where it has to be verified.
   *
   * @throws what `keys.find` throws
   */
  async claimsOf(token: string, keys: TokenKeys, now: Date): Promise<JWTPayload | undefined> {
    const digest = digestOf(token);
    const known = this.#tokens.get(digest);
    if (!known || isTooEarly(known.payload, now)) return undefined;
    const [head = '', payload = '', signature = ''] = token.split('.');
    const key = await keys.find(known.protectedHeader, { protected: head, payload, signature });
    if (key !== known.key) return undefined;
    this.#put(digest, known);
    return known.payload;
  }

  keep(token: string, verified: Verified): JWTPayload {
    this.#put(digestOf(token), verified);
    const [oldest] = this.#tokens.keys();
    if (this.#tokens.size > this.#most && oldest !== undefined) this.#tokens.delete(oldest);
    return verified.payload;
  }

  #put(digest: string, verified: Verified): void {
    this.#tokens.delete(digest);
    this.#tokens.set(digest, verified);
  }
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64url');
}

/** A clock may be set back. That a token has ended is seen with all others. */
function isTooEarly({ nbf = 0 }: JWTPayload, now: Date): boolean {
  return nbf > Math.floor(now.getTime() / 1000) + CLOCK_TOLERANCE_SECONDS;
}
