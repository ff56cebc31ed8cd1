import { createHmac } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  type AccessPorts,
  type AccessSettings,
  createTokenKeys,
  LOCAL_AUDIENCE,
  LOCAL_ISSUER,
  NO_PERMISSIONS,
  NO_SERVICE_TOKENS,
  ownIssuer,
  type ServiceToken,
} from '@dasf-broker/access';

/** Always the same, so that what is kept of an input means the same later. */
export const SECRET = Buffer.from('a fuzzing secret that nobody else uses', 'latin1');
export const NOW = new Date('2026-11-25T12:00:00Z');
const NOW_SECONDS = NOW.getTime() / 1000;
const TOLERANCE_SECONDS = 30;
const LONGEST_TOKEN = 8192;

export const GOOD_CLAIMS = {
  iss: LOCAL_ISSUER,
  aud: LOCAL_AUDIENCE,
  sub: 'ada',
  iat: NOW_SECONDS - 10,
  exp: NOW_SECONDS + 600,
};
export const GOOD_TOKEN = signed('{"alg":"HS256"}', JSON.stringify(GOOD_CLAIMS));
export const GOOD_ORIGIN = 'https://portal.example.org';
/** A service token that is known here. */
export const GOOD_OPAQUE = opaque('dasf_', 7);

/** A token of this header and these claims, both as they are written. */
export function signed(header: string, claims: string): string {
  const text = [header, claims].map((part) => Buffer.from(part).toString('base64url')).join('.');
  return `${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

export const SETTINGS: AccessSettings = {
  issuers: [
    ownIssuer({ issuer: LOCAL_ISSUER, audience: LOCAL_AUDIENCE, keys: createTokenKeys({ secret: SECRET }) }),
  ],
  allowAnonymous: true,
  anonymousPermissions: NO_PERMISSIONS,
  allowedOrigins: new Set([GOOD_ORIGIN]),
  allowQueryToken: true,
};

export const PORTS: AccessPorts = { serviceTokens: NO_SERVICE_TOKENS };

export function serviceToken(id: string, hash: string): ServiceToken {
  const kept = { name: 'n', subject: 'module', permissions: [], creator: 'operator' };
  return { id, hash, ...kept, created: NOW.toISOString(), expires: null };
}

function opaque(kind: string, fill: number): string {
  const random = Buffer.alloc(32, fill);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(random, crc32(kind)));
  return kind + Buffer.concat([random, checksum]).toString('base64url');
}

/** Whose token it is, by AUT-2 and AUT-3 and nothing but Node's own cryptography; `undefined`: it is refused. */
export function referenceUser(token: string): string | undefined {
  const parts = token.split('.');
  const [head = '', body = '', signature = ''] = parts;
  if (token.length > LONGEST_TOKEN || !/^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)) return undefined;
  if (!Buffer.from(signature, 'base64url').equals(mac(`${head}.${body}`))) return undefined;
  const [header, claims] = [objectIn(head), objectIn(body)];
  if (!header || !claims) return undefined;
  const isHeaderGood = header['alg'] === 'HS256' && isKeyId(header['kid']) && isUnderstood(header);
  return isHeaderGood && areTimesGood(claims) && isForUs(claims) ? userIn(claims) : undefined;
}

function mac(text: string): Buffer {
  return createHmac('sha256', SECRET).update(text).digest();
}

/** RFC 7797's `b64` is all that may be called critical, and only to say what holds anyway. */
function isUnderstood({ crit, b64 }: Record<string, unknown>): boolean {
  if (crit === undefined) return true;
  const isList = Array.isArray(crit) && crit.length > 0;
  return isList && crit.every((name) => name === 'b64') && b64 === true;
}

function isKeyId(kid: unknown): boolean {
  return kid === undefined || (typeof kid === 'string' && /^[a-zA-Z0-9_.-]{1,64}$/.test(kid));
}

function areTimesGood({ iat, exp, nbf }: Record<string, unknown>): boolean {
  const isPast = (time: unknown) => typeof time === 'number' && time <= NOW_SECONDS + TOLERANCE_SECONDS;
  return typeof exp === 'number' && exp > NOW_SECONDS && isPast(iat) && (nbf === undefined || isPast(nbf));
}

function isForUs({ iss, aud }: Record<string, unknown>): boolean {
  return (
    iss === LOCAL_ISSUER && (aud === LOCAL_AUDIENCE || (Array.isArray(aud) && aud.includes(LOCAL_AUDIENCE)))
  );
}

function userIn({ sub }: Record<string, unknown>): string | undefined {
  if (typeof sub !== 'string' || sub.trim() !== sub) return undefined;
  const characters = Array.from(sub);
  const isPrintable = characters.every((one) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(one));
  const isReserved = sub.normalize('NFKC').toLowerCase().trim() === 'anonymous';
  return characters.length >= 1 && characters.length <= 255 && isPrintable && !isReserved ? sub : undefined;
}

function objectIn(encoded: string): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder('utf-8').decode(Buffer.from(encoded, 'base64url'));
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
