import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * A token that says nothing by itself: a prefix that tells its kind to people and to scanners of leaked secrets,
 * then 256 random bits and a checksum, so that what was cut off or mistyped is told without asking anybody.
 */
export type OpaqueKind = 'dasf_' | 'dasft_';

export const SERVICE_TOKEN: OpaqueKind = 'dasf_';
export const TICKET: OpaqueKind = 'dasft_';

const RANDOM_BYTES = 32;
const CHECKSUM_BYTES = 4;
/** 36 bytes in base64url, which needs no padding. */
const BODY = /^[A-Za-z0-9_-]{48}$/;
/** Characters of the hash that name a token: enough that no two have the same, too few to find it by. */
const ID_LENGTH = 16;
const ID = /^[0-9a-f]{16}$/;

/** What is kept of an opaque token; the token cannot be had from it. */
export interface OpaqueDigest {
  /** Names the token to operators and in logs. */
  readonly id: string;
  /** SHA-256 in hexadecimal. Of 256 random bits, so that nothing slower is needed. */
  readonly hash: string;
}

export function createOpaqueToken(kind: OpaqueKind): string {
  const random = randomBytes(RANDOM_BYTES);
  return kind + Buffer.concat([random, checksum(kind, random)]).toString('base64url');
}

/** Tells the kind of token by its prefix. */
export function isOpaque(kind: OpaqueKind, text: string): boolean {
  return text.startsWith(kind);
}

/** The digest of an opaque token; `undefined` for what can be none. */
export function digestOf(kind: OpaqueKind, text: string): OpaqueDigest | undefined {
  const body = text.slice(kind.length);
  if (!isOpaque(kind, text) || !BODY.test(body)) return undefined;
  const bytes = Buffer.from(body, 'base64url');
  const random = bytes.subarray(0, RANDOM_BYTES);
  if (!checksum(kind, random).equals(bytes.subarray(RANDOM_BYTES))) return undefined;
  const hash = createHash('sha256').update(text).digest('hex');
  return { id: hash.slice(0, ID_LENGTH), hash };
}

/** True for what can name a token. */
export function isOpaqueId(text: string): boolean {
  return ID.test(text);
}

/** Takes the same time wherever the two differ. */
export function sameHash(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function checksum(kind: OpaqueKind, random: Uint8Array): Buffer {
  const bytes = Buffer.alloc(CHECKSUM_BYTES);
  bytes.writeUInt32BE(crc32(random, crc32(kind)));
  return bytes;
}
