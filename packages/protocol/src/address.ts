import { isSlug, isSubscription, type Slug, STATUS_PING } from './names.ts';

/** What a websocket address asks for (protocol section 2). */
export type Address =
  | { readonly kind: 'producer'; readonly topic: Slug }
  | { readonly kind: 'consumer'; readonly topic: Slug; readonly subscription: string }
  | { readonly kind: 'pong' };

const PULSAR = /^ws\/v2\/(producer|consumer)\/(?:persistent|non-persistent)\/([^/]+)\/([^/]+)\/(.+)$/;

/**
 * Reads a request's path (without query). `undefined`: no such address (URL-5).
 *
 * @param path percent-encoded, beginning with `/`
 * @param route where the addresses begin, such as `ws/`; empty for the root
 */
export function parseAddress(path: string, route: string): Address | undefined {
  const bare = path.replace(/^\//, '').replace(/\/$/, '');
  const pulsar = PULSAR.exec(bare);
  if (pulsar) return pulsarAddress(pulsar);
  const prefix = route.replace(/^\/+|\/+$/g, '');
  if (prefix !== '' && !bare.startsWith(`${prefix}/`)) return undefined;
  return addressOf(prefix === '' ? bare : bare.slice(prefix.length + 1));
}

/** URL-4: Apache Pulsar's addresses, of which `public/default` is the flat topic space. */
function pulsarAddress(match: RegExpExecArray): Address | undefined {
  const [, kind, tenant, namespace, rest] = match;
  if (tenant !== 'public' || namespace !== 'default' || rest === undefined) return undefined;
  const address = addressOf(rest);
  return (address?.kind === 'consumer') === (kind === 'consumer') ? address : undefined;
}

function addressOf(rest: string): Address | undefined {
  const segments = rest.split('/').map(decodeSegment);
  const [topic, subscription] = segments;
  if (segments.length === 1 && topic === STATUS_PING) return { kind: 'pong' };
  if (topic === undefined || !isSlug(topic)) return undefined;
  if (segments.length === 1) return { kind: 'producer', topic };
  if (segments.length > 2 || subscription === undefined || !isSubscription(subscription)) return undefined;
  return { kind: 'consumer', topic, subscription };
}

function decodeSegment(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
