import type { IncomingHttpHeaders } from 'node:http';

/** The websocket subprotocol that this broker speaks, and the one that browsers carry a token in (AUT-1). */
export const SUBPROTOCOL = 'dasf';
export const TOKEN_SUBPROTOCOL = 'dasf.bearer.';
export const TOKEN_COOKIE = 'dasf_token';

export interface CredentialQuestion {
  readonly headers: IncomingHttpHeaders;
  /** The request target: path and query. */
  readonly url: string;
  /** The request comes from a page that may use this broker. Browsers add cookies for any page. */
  readonly originAllowed: boolean;
  /** Queries end up in logs and histories: off unless a setting says otherwise. */
  readonly allowQueryToken: boolean;
  /** A ticket may stand there always: it is worthless once it was used. */
  readonly takesTickets: boolean;
}

export interface Credential {
  readonly kind: 'token' | 'ticket';
  /** `''` where one was announced but left out. */
  readonly value: string;
}

/**
 * What counts of all that a request brings along (AUT-1): the first one present. A ticket was asked for by the page
 * itself; it goes before a cookie, which browsers add to everything.
 */
export function findCredential(question: CredentialQuestion): Credential | null {
  const { headers, url, originAllowed, allowQueryToken, takesTickets } = question;
  return (
    asToken(fromAuthorization(headers.authorization)) ??
    asToken(fromSubprotocol(headers['sec-websocket-protocol'])) ??
    (takesTickets ? asTicket(fromQuery(url, 'ticket')) : null) ??
    (originAllowed ? asToken(fromCookie(headers.cookie)) : null) ??
    (allowQueryToken ? asToken(fromQuery(url, 'token')) : null)
  );
}

function asToken(value: string | null): Credential | null {
  return value === null ? null : { kind: 'token', value };
}

function asTicket(value: string | null): Credential | null {
  return value === null ? null : { kind: 'ticket', value };
}

/** The subprotocols a client offers, in its order. */
export function offeredSubprotocols(header: string | undefined): string[] {
  return (header ?? '').split(',').map((name) => name.trim());
}

function fromAuthorization(header: string | undefined): string | null {
  const match = /^(?:bearer|token)(?: +(.*))?$/i.exec(header?.trim() ?? '');
  return match ? (match[1] ?? '') : null;
}

function fromSubprotocol(header: string | undefined): string | null {
  const offered = offeredSubprotocols(header);
  // Without `dasf` there would be nothing to select but the token itself, which must not be sent back.
  if (!offered.includes(SUBPROTOCOL)) return null;
  return offered.find((name) => name.startsWith(TOKEN_SUBPROTOCOL))?.slice(TOKEN_SUBPROTOCOL.length) ?? null;
}

function fromCookie(header: string | undefined): string | null {
  const pairs = (header ?? '').split(';').map((pair) => pair.trim());
  const value = pairs.find((pair) => pair.startsWith(`${TOKEN_COOKIE}=`))?.slice(TOKEN_COOKIE.length + 1);
  // An empty cookie is how a page signs its user out.
  return value?.replace(/^"(.*)"$/, '$1') || null;
}

function fromQuery(url: string, name: string): string | null {
  const start = url.indexOf('?');
  // With its question mark: without it, a second one would be taken for it.
  return start < 0 ? null : new URLSearchParams(url.slice(start)).get(name);
}
