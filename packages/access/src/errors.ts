/** Why a request was turned away before anybody looked at what it asks for, with the HTTP status it gets. */
export const ACCESS_FAULTS = {
  /** No token, and anonymous use is switched off (AUT-2). */
  TOKEN_REQUIRED: 401,
  /** The token does not verify: signature, form, algorithm, issuer, audience or a claim (AUT-3). */
  TOKEN_INVALID: 401,
  /** The token was good until `exp` (AUT-3). */
  TOKEN_EXPIRED: 401,
  /** The token is good, but not before `nbf` or `iat` (AUT-3). */
  TOKEN_NOT_YET_VALID: 401,
  /** A browser sent the request for a page that is not on the list (AUT-7). */
  ORIGIN_REFUSED: 403,
  /** The keys of the token's issuer cannot be had now (AUT-3). */
  ISSUER_UNREACHABLE: 503,
  /** Whether the service token was revoked cannot be told now (AUT-6). */
  TOKENS_UNREACHABLE: 503,
} as const;

export type AccessFault = keyof typeof ACCESS_FAULTS;

/** A request that is refused with `status`. The message says what was wrong, and never holds the token. */
export class AccessError extends Error {
  readonly code: AccessFault;
  readonly status: 401 | 403 | 503;
  /** Sending the same request again may help. */
  readonly retry: boolean;

  constructor(code: AccessFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AccessError';
    this.code = code;
    this.status = ACCESS_FAULTS[code];
    this.retry = this.status === 503;
  }
}
