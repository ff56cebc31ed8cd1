import { isTopicName } from './frame-reading.ts';

/** Protocol section 2, told segment by segment: `kind topic subscription`, or `undefined` for no address. */
export function referenceAddress(path: string, route: readonly string[]): string | undefined {
  const segments = path.split('/').slice(1);
  if (segments.at(-1) === '') segments.pop();
  const [first, version, kind, kept] = segments;
  if (first === 'ws' && version === 'v2' && segments.length > 6 && isPulsar(kind, kept)) {
    const [tenant, namespace, ...names] = segments.slice(4);
    const address = tenant === 'public' && namespace === 'default' ? named(names) : undefined;
    const isConsumer = address?.startsWith('consumer ') ?? false;
    return isConsumer === (kind === 'consumer') ? address : undefined;
  }
  if (!route.every((part, index) => segments[index] === part)) return undefined;
  return named(segments.slice(route.length));
}

function isPulsar(kind: string | undefined, kept: string | undefined): boolean {
  const isKind = kind === 'producer' || kind === 'consumer';
  return isKind && (kept === 'persistent' || kept === 'non-persistent');
}

function named(encoded: readonly string[]): string | undefined {
  const names = encoded.map(percentDecoded);
  const [topic, subscription] = names;
  if (names.length === 1 && topic === 'status-ping') return 'pong';
  if (topic === undefined || !isTopicName(topic)) return undefined;
  if (names.length === 1) return `producer ${topic}`;
  const isConsumer = names.length === 2 && subscription !== undefined && isSubscriptionName(subscription);
  return isConsumer ? `consumer ${topic} ${subscription}` : undefined;
}

function isSubscriptionName(name: string): boolean {
  // Beside what topics' names are made of there are dots and colons; and the pong connection's name is free.
  return isTopicName(name.replaceAll(/[.:]/g, '-')) || name === 'status-ping';
}

/** Byte by byte; `undefined` where that is no UTF-8. */
function percentDecoded(text: string): string | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] !== '%') bytes.push(...Buffer.from(text[at] ?? ''));
    else if (/^%[0-9a-f]{2}$/i.test(text.slice(at, at + 3))) {
      bytes.push(Number.parseInt(text.slice(at + 1, at + 3), 16));
      at += 2;
    } else return undefined;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return undefined;
  }
}
