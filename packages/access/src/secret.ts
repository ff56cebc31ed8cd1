/** A shared secret has at least as many bytes as the digest of HS256. */
export const MIN_SECRET_BYTES = 32;

/** Text that was typed rather than drawn repeats itself; 32 random bytes have about 30 different ones. */
const MIN_DIFFERENT_BYTES = 16;

const BASE64 = /^[A-Za-z0-9_+/-]+={0,2}$/;

/** A signing secret that must not be used. The message never holds it. */
export class SecretError extends Error {
  readonly code = 'SECRET_UNFIT';

  constructor(message: string) {
    super(message);
    this.name = 'SecretError';
  }
}

/**
 * Decodes the secret that signs tokens (base64 or base64url, white space around it ignored).
 *
 * @throws {SecretError} where it is not base64, shorter than 32 bytes, or visibly not random.
 */
export function parseSecret(text: string): Uint8Array {
  const trimmed = text.trim();
  if (!BASE64.test(trimmed)) throw new SecretError('The token secret must be base64 or base64url.');
  const bytes = new Uint8Array(Buffer.from(trimmed, 'base64url'));
  if (bytes.length < MIN_SECRET_BYTES) {
    throw new SecretError(
      `The token secret has ${bytes.length} bytes after decoding; it needs ${MIN_SECRET_BYTES} or more.`,
    );
  }
  if (new Set(bytes).size < MIN_DIFFERENT_BYTES) throw new SecretError('The token secret is not random.');
  return bytes;
}
