import {
  createOpaqueToken,
  digestOf,
  type Identity,
  parsePermissions,
  permissionEntries,
  TICKET,
  type TicketExchange,
  type UnusedTicket,
} from '@dasf-broker/access';
import { Bucket, type BucketEntry, type RegistryOptions } from '@dasf-broker/registry';
import type { NatsConnection } from '@nats-io/transport-node';
import { inTime, PATIENCE_MS } from './in-time.ts';

/** The kind of the tickets' bucket. */
export const TICKETS = 'tickets';

/** From asking for a ticket to connecting with it is one step of a page. */
export const TICKET_LIFETIME_MS = 30_000;

/** An identity as it is kept. */
interface TicketHolder extends Omit<Identity, 'permissions'> {
  readonly permissions: readonly string[];
}

/** What takes the place of a holder. */
interface UsedTicket {
  /** Tells who used it from all others who tried. */
  readonly usedBy: string;
}

/**
 * One-time tickets for pages, which can put nothing but an address into a websocket (AUT-1): a key-value bucket with
 * one key a ticket, by its hash. The bucket's leader lets each be taken once, whichever edge it is brought to, and
 * drops what nobody took.
 */
export class Tickets implements TicketExchange {
  readonly #bucket: Bucket;
  readonly #lifetime: number;

  private constructor(bucket: Bucket, lifetime: number) {
    this.#bucket = bucket;
    this.#lifetime = lifetime;
  }

  /** Makes the bucket where there is none, with the operator's rights. */
  static prepare(nc: NatsConnection, options: RegistryOptions, lifetime = TICKET_LIFETIME_MS): Promise<void> {
    return Bucket.prepare(nc, { ...options, kind: TICKETS, ttl: lifetime });
  }

  /**
   * Opens the bucket.
   *
   * @throws {NatsUnprepared}
   */
  static async open(
    nc: NatsConnection,
    options: RegistryOptions,
    lifetime = TICKET_LIFETIME_MS,
  ): Promise<Tickets> {
    return new Tickets(await Bucket.open(nc, { ...options, kind: TICKETS, ttl: lifetime }), lifetime);
  }

  /**
   * A ticket for this user, with what he may do now; it ends with his token, if that is sooner.
   *
   * @throws {RegistryError} `REGISTRY_UNREACHABLE`
   */
  async issue(identity: Identity): Promise<{ readonly ticket: string; readonly expires: Date }> {
    const ticket = createOpaqueToken(TICKET);
    const { hash = '' } = digestOf(TICKET, ticket) ?? {};
    const holder: TicketHolder = { ...identity, permissions: permissionEntries(identity.permissions) };
    await this.#bucket.put(hash, holder);
    return { ticket, expires: new Date(Date.now() + this.#lifetime) };
  }

  /** What it comes to must be said in time, with its use: a ticket must not be used up for who has left. */
  async find(hash: string): Promise<UnusedTicket | undefined> {
    const until = performance.now() + PATIENCE_MS;
    const entry = await inTime(() => this.#bucket.get(hash), until);
    const holder = entry && holderOf(entry);
    if (!holder) return undefined;
    const identity = { ...holder, permissions: parsePermissions(holder.permissions).permissions };
    return { identity, use: () => this.#use(hash, holder, entry.revision, until) };
  }

  async #use(hash: string, holder: TicketHolder, revision: number, until: number): Promise<boolean> {
    const mark: UsedTicket = { usedBy: crypto.randomUUID() };
    let hasBegun = false;
    try {
      return await inTime(() => {
        hasBegun = true;
        return this.#take(hash, mark, revision, until);
      }, until);
    } catch (error) {
      // Who brings it is turned away for a reason that is not the ticket's.
      if (hasBegun) this.#giveBack(hash, holder, revision, mark).catch(() => {});
      throw error;
    }
  }

  async #take(hash: string, mark: UsedTicket, revision: number, until: number): Promise<boolean> {
    if ((await this.#bucket.update(hash, mark, revision)) !== undefined) return true;
    // It may have been given back meanwhile.
    const entry = performance.now() < until ? await this.#bucket.get(hash) : null;
    return entry && holderOf(entry) ? this.#take(hash, mark, entry.revision, until) : false;
  }

  /** Whether it was used up is not known. Written anew first: then it cannot be used up as it was any more. */
  async #giveBack(hash: string, holder: TicketHolder, revision: number, mark: UsedTicket): Promise<void> {
    if ((await this.#bucket.update(hash, holder, revision)) !== undefined) return;
    const entry = await this.#bucket.get(hash);
    const isMine = entry?.operation === 'PUT' && entry.json<Partial<UsedTicket>>().usedBy === mark.usedBy;
    if (isMine) await this.#bucket.update(hash, holder, entry.revision);
  }
}

/** Whom a ticket was issued to; `undefined` for one that was used, and for what is none. */
function holderOf(entry: BucketEntry): TicketHolder | undefined {
  if (entry.operation !== 'PUT') return undefined;
  try {
    const holder = entry.json<Partial<TicketHolder> | null>();
    return isHolder(holder) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(holder: Partial<TicketHolder> | null): holder is TicketHolder {
  const { user, expiresAt, serviceToken } = holder ?? {};
  return (
    typeof user === 'string' &&
    ['undefined', 'number'].includes(typeof expiresAt) &&
    ['undefined', 'string'].includes(typeof serviceToken)
  );
}
