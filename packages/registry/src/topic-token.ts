import { createHash } from 'node:crypto';
import type { Slug } from '@dasf-broker/protocol';

const PLAIN = /^[A-Za-z0-9_-]{1,128}$/;
const LONGEST = 170;

/**
 * A topic's name as one token of a NATS subject and as a registry key: the name itself where it is short
 * ASCII, else its bytes in base64url, else (beyond 128 bytes) its hash.
 *
 * Different names have different tokens: neither "=" nor "/" can stand in a name or in base64url.
 * No name reaches a subject as it is: nats-server stores publishes to literal `*` and `>`.
 */
export function topicToken(slug: Slug): string {
  if (PLAIN.test(slug)) return slug;
  const bytes = Buffer.from(slug, 'utf8');
  const encoded = `=${bytes.toString('base64url')}`;
  return encoded.length <= LONGEST ? encoded : `/${createHash('sha256').update(bytes).digest('base64url')}`;
}
