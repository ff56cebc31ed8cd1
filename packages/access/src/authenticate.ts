import type { IncomingHttpHeaders } from 'node:http';
import { ANONYMOUS } from '@dasf-broker/protocol';
import { findCredential } from './credentials.ts';
import { AccessError } from './errors.ts';
import { isOpaque, SERVICE_TOKEN } from './opaque-token.ts';
import { checkOrigin } from './origin.ts';
import type { PermissionSet } from './permission-set.ts';
import type { Identity } from './permissions.ts';
import { type ServiceTokenLookup, verifyServiceToken } from './service-token.ts';
import { redeemTicket, type TicketExchange } from './ticket.ts';
import type { TokenIssuer } from './token-issuer.ts';
import { verifyToken } from './tokens.ts';

export interface AccessSettings {
  /** Whose signed tokens are taken. */
  readonly issuers: readonly TokenIssuer[];
  readonly allowAnonymous: boolean;
  /** What users without a token may do besides the grants stored for `anonymous`. */
  readonly anonymousPermissions: PermissionSet;
  /** Origins of pages elsewhere that may use this broker, as `URL.origin` writes them. */
  readonly allowedOrigins: ReadonlySet<string>;
  readonly allowQueryToken: boolean;
}

/** What is asked elsewhere. */
export interface AccessPorts {
  readonly serviceTokens: ServiceTokenLookup;
  /** Absent where no tickets are taken. */
  readonly tickets?: TicketExchange;
  /** Throws where there is no room for this user: before a ticket is used up for nothing. */
  readonly admit?: (identity: Identity) => void;
}

export interface AccessRequest {
  readonly headers: IncomingHttpHeaders;
  /** The request target: path and query. */
  readonly url: string;
  /** What a trusted proxy says the `Host` header was; without it the header itself. */
  readonly host?: string;
}

/**
 * Who is speaking (protocol section 3): the same for a websocket upgrade and for a plain request.
 *
 * @throws {AccessError} `ORIGIN_REFUSED` for a page that is not on the list, `TOKEN_REQUIRED` where users without
 *   a token are not let in, and what `verifyToken`, `verifyServiceToken` and `redeemTicket` throw.
 */
export async function authenticate(
  request: AccessRequest,
  settings: AccessSettings,
  ports: AccessPorts,
  now = new Date(),
): Promise<Identity> {
  const { headers, url } = request;
  const verdict = checkOrigin({
    origin: headers.origin,
    host: request.host ?? headers.host,
    allowed: settings.allowedOrigins,
  });
  if (verdict === 'refused') {
    throw new AccessError('ORIGIN_REFUSED', 'Pages of this origin may not use this broker.');
  }
  const credential = findCredential({
    headers,
    url,
    originAllowed: verdict !== 'absent',
    allowQueryToken: settings.allowQueryToken,
    takesTickets: ports.tickets !== undefined,
  });
  const { tickets, serviceTokens, admit } = ports;
  if (credential?.kind === 'ticket' && tickets) {
    return redeemTicket(credential.value, tickets, serviceTokens, now, admit);
  }
  const identity = credential
    ? await identityBehind(credential.value, settings, ports, now)
    : anonymousOf(settings);
  admit?.(identity);
  return identity;
}

function anonymousOf({ allowAnonymous, anonymousPermissions }: AccessSettings): Identity {
  if (!allowAnonymous) throw new AccessError('TOKEN_REQUIRED', 'A token is required.');
  return { user: ANONYMOUS, permissions: anonymousPermissions };
}

function identityBehind(
  token: string,
  settings: AccessSettings,
  ports: AccessPorts,
  now: Date,
): Promise<Identity> {
  return isOpaque(SERVICE_TOKEN, token)
    ? verifyServiceToken(token, ports.serviceTokens, now)
    : verifyToken(token, settings.issuers, now);
}
