import { AccessError } from './errors.ts';
import { digestOf, TICKET } from './opaque-token.ts';
import type { Identity } from './permissions.ts';
import type { ServiceTokenLookup } from './service-token.ts';

/** Where tickets are exchanged for whom they were issued to. */
export interface TicketExchange {
  /**
   * Whom the ticket with this hash was issued to, to the first who asks; `undefined` for anybody after him, and
   * once it is too old. Rejects where nobody can say.
   */
  redeem(hash: string): Promise<Identity | undefined>;
}

/**
 * Takes a one-time ticket (AUT-1): who brings it is whom it was issued to, for as long as the token is good that it
 * was issued for.
 *
 * @throws {AccessError} `TOKEN_INVALID`, `TOKEN_EXPIRED`, or `TOKENS_UNREACHABLE` where nobody can say now
 */
export async function redeemTicket(
  ticket: string,
  exchange: TicketExchange,
  serviceTokens: ServiceTokenLookup,
  now: Date,
): Promise<Identity> {
  const digest = digestOf(TICKET, ticket);
  const identity = digest && (await exchange.redeem(digest.hash).catch(unreachable));
  if (!identity || (await isRevoked(identity, serviceTokens))) {
    throw new AccessError('TOKEN_INVALID', 'The ticket is not known here, was used already, or is too old.');
  }
  if (identity.expiresAt !== undefined && !(identity.expiresAt > now.getTime())) {
    throw new AccessError('TOKEN_EXPIRED', 'The token that the ticket was issued for has expired.');
  }
  return identity;
}

async function isRevoked({ serviceToken }: Identity, serviceTokens: ServiceTokenLookup): Promise<boolean> {
  if (serviceToken === undefined) return false;
  return (await serviceTokens.find(serviceToken).catch(unreachable)) === undefined;
}

function unreachable(cause: unknown): never {
  throw new AccessError('TOKENS_UNREACHABLE', 'Tickets cannot be checked now; try again.', { cause });
}
