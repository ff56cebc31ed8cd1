import { AccessError } from './errors.ts';
import { digestOf, TICKET } from './opaque-token.ts';
import type { Identity } from './permissions.ts';
import type { ServiceTokenLookup } from './service-token.ts';

/** A ticket that nobody has used. */
export interface UnusedTicket {
  /** Whom it was issued to. */
  readonly identity: Identity;
  /** Uses it up: `true` for the first who does so. Rejects where nobody can say in time. */
  use(): Promise<boolean>;
}

/** Where tickets are exchanged for whom they were issued to. */
export interface TicketExchange {
  /** The ticket with this hash, unless it was used or is too old. Rejects where nobody can say. */
  find(hash: string): Promise<UnusedTicket | undefined>;
}

/**
 * Takes a one-time ticket (AUT-1): who brings it is whom it was issued to, for as long as the token is good that it
 * was issued for. It is used up last: whoever is turned away because of something else may bring it again.
 *
 * @param admit throws where there is no room for this user
 * @throws {AccessError} `TOKEN_INVALID`, `TOKEN_EXPIRED`, or `TOKENS_UNREACHABLE` where nobody can say now
 */
export async function redeemTicket(
  ticket: string,
  exchange: TicketExchange,
  serviceTokens: ServiceTokenLookup,
  now: Date,
  admit: (identity: Identity) => void = () => {},
): Promise<Identity> {
  const digest = digestOf(TICKET, ticket);
  const found = digest && (await exchange.find(digest.hash).catch(unreachable));
  if (!found || (await isRevoked(found.identity, serviceTokens))) throw invalid();
  const { identity } = found;
  if (identity.expiresAt !== undefined && !(identity.expiresAt > now.getTime())) {
    throw new AccessError('TOKEN_EXPIRED', 'The token that the ticket was issued for has expired.');
  }
  admit(identity);
  if (!(await found.use().catch(unreachable))) throw invalid();
  return { ...identity, byTicket: true };
}

function invalid(): AccessError {
  return new AccessError('TOKEN_INVALID', 'The ticket is not known here, was used already, or is too old.');
}

async function isRevoked({ serviceToken }: Identity, serviceTokens: ServiceTokenLookup): Promise<boolean> {
  if (serviceToken === undefined) return false;
  return (await serviceTokens.find(serviceToken).catch(unreachable)) === undefined;
}

function unreachable(cause: unknown): never {
  throw new AccessError('TOKENS_UNREACHABLE', 'Tickets cannot be checked now; try again.', { cause });
}
