import type { Identity } from '@dasf-broker/access';
import type { ServiceTokens } from '@dasf-broker/credentials';
import { refusals } from '@dasf-broker/protocol';
import type { TakeFrame } from './answering-connection.ts';
import { Deadline } from './deadline.ts';

/** AUT-6: what was revoked longer ago than this passes nothing any more. */
const TRUSTED_FOR_MS = 2000;
/** From this age of the copy on, the leader is asked: what it says must be known in time. */
const ASK_AFTER_MS = 1000;
const LOOK_INTERVAL_MS = 250;
const TRUST_POLL_MS = 20;

/**
 * Ends open connections whose service token is revoked. As a watch that stalls shows nothing by itself, the leader
 * is asked for each token in use as soon as the copy grows old; while that has no answer either, frames of those
 * connections wait. They are not ended: a module would come back, and be refused, as often as it takes.
 */
export class ServiceTokenGuard implements Disposable {
  readonly #tokens: Pick<ServiceTokens, 'age' | 'get' | 'lead' | 'onRevoked'>;
  readonly #uses = new Map<string, Set<() => void>>();
  readonly #confirmed = new Map<string, number>();
  readonly #asking = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  readonly #stopListening: () => void;

  constructor(tokens: Pick<ServiceTokens, 'age' | 'get' | 'lead' | 'onRevoked'>) {
    this.#tokens = tokens;
    this.#stopListening = tokens.onRevoked((id) => this.#end(id));
    this.#timer = setInterval(() => this.#look(), LOOK_INTERVAL_MS);
  }

  /** Calls `end` once the token is revoked, at once where it is already; returns what forgets that. */
  watch({ serviceToken }: Identity, end: () => void): () => void {
    if (serviceToken === undefined) return () => {};
    const uses = this.#uses.get(serviceToken) ?? new Set();
    this.#uses.set(serviceToken, uses.add(end));
    if (!this.#tokens.get(serviceToken)) this.#end(serviceToken);
    return () => {
      uses.delete(end);
      if (uses.size === 0 && this.#uses.get(serviceToken) === uses) this.#uses.delete(serviceToken);
    };
  }

  /** Whether it is certain that this user's token was not revoked more than two seconds ago. */
  isTrusted({ serviceToken }: Identity): boolean {
    if (serviceToken === undefined) return true;
    if (this.#tokens.age <= TRUSTED_FOR_MS) return this.#tokens.get(serviceToken) !== undefined;
    const confirmed = this.#confirmed.get(serviceToken) ?? Number.NEGATIVE_INFINITY;
    return performance.now() - confirmed <= TRUSTED_FOR_MS;
  }

  /** Whether the token is known to be revoked. */
  isRevoked({ serviceToken }: Identity): boolean {
    return serviceToken !== undefined && this.#tokens.get(serviceToken) === undefined;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#stopListening();
  }

  #look(): void {
    if (this.#tokens.age <= ASK_AFTER_MS) {
      this.#confirmed.clear();
      return;
    }
    for (const id of this.#uses.keys()) if (!this.#asking.has(id)) void this.#ask(id);
  }

  async #ask(id: string): Promise<void> {
    const asked = performance.now();
    this.#asking.add(id);
    try {
      if (await this.#tokens.lead(id)) this.#confirmed.set(id, asked);
      else this.#end(id);
    } catch {
      // The leader is away, too: nobody is trusted.
    } finally {
      this.#asking.delete(id);
    }
  }

  #end(id: string): void {
    const uses = this.#uses.get(id);
    this.#uses.delete(id);
    this.#confirmed.delete(id);
    for (const end of uses ?? []) end();
  }
}

/** Takes frames of a user whose token is certain to be good; others wait for that until their deadline (PUB-9). */
export function takeOfTrusted(
  guard: ServiceTokenGuard,
  identity: Identity,
  take: TakeFrame,
  patience: number,
): TakeFrame {
  if (identity.serviceToken === undefined) return take;
  return async (frame, arrived) => {
    if (!guard.isTrusted(identity)) await untilTrusted(guard, identity, arrived + patience);
    return take(frame, arrived);
  };
}

async function untilTrusted(guard: ServiceTokenGuard, identity: Identity, until: number): Promise<void> {
  using deadline = new Deadline(until);
  while (!guard.isTrusted(identity)) {
    if (guard.isRevoked(identity)) throw refusals.mayNotPublish();
    deadline.check();
    await new Promise((resolve) => setTimeout(resolve, TRUST_POLL_MS));
  }
}
