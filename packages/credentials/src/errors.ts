/** A credential that cannot be made or revoked; `code` is stable. */
export class CredentialError extends Error {
  readonly code: 'SERVICE_TOKEN_UNKNOWN' | 'SERVICE_TOKEN_INVALID';

  constructor(code: CredentialError['code'], message: string) {
    super(message);
    this.name = 'CredentialError';
    this.code = code;
  }
}
