import { isSlug, STATUS_PING } from '@dasf-broker/protocol';

/** The rights that are given for a topic, for names that begin alike, or for all topics (AUT-5). */
export const TOPIC_PERMISSIONS = ['can_produce', 'can_consume', 'can_view_status'] as const;

export type TopicPermission = (typeof TOPIC_PERMISSIONS)[number];

/** The topics that one right is held for: names as they stand, and beginnings of names (`''` = every name). */
export interface NamePatterns {
  readonly exact: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}

/** What a token's `permissions` claim, or a setting, gives by itself. Grants stored on topics come on top. */
export interface PermissionSet extends Readonly<Record<TopicPermission, NamePatterns>> {
  readonly addTopics: boolean;
  readonly administer: boolean;
}

/** Entries that were understood, and those that were not: the latter give nothing. */
export interface ParsedPermissions {
  readonly permissions: PermissionSet;
  readonly ignored: readonly unknown[];
}

interface MutablePatterns {
  readonly exact: Set<string>;
  readonly prefixes: string[];
}

const noPatterns = (): MutablePatterns => ({ exact: new Set(), prefixes: [] });

/**
 * Reads a list such as `['add_brokertopic', 'can_produce:weather', 'can_consume:weather-*']`.
 *
 * Never throws: what is no array gives nothing, and an entry that is not exactly of this form (a space too many,
 * a star elsewhere than at the end, another spelling) is ignored, so that a mistake can only narrow.
 */
export function parsePermissions(claim: unknown): ParsedPermissions {
  const entries: readonly unknown[] = Array.isArray(claim) ? claim : [];
  const topics = { can_produce: noPatterns(), can_consume: noPatterns(), can_view_status: noPatterns() };
  const ignored = entries.filter(
    (entry) => entry !== 'add_brokertopic' && entry !== 'administer' && !addPattern(topics, entry),
  );
  return {
    permissions: {
      ...topics,
      addTopics: entries.includes('add_brokertopic'),
      administer: entries.includes('administer'),
    },
    ignored,
  };
}

/** The entries that `parsePermissions` reads the same permissions from. */
export function permissionEntries(permissions: PermissionSet): string[] {
  return [
    ...(permissions.addTopics ? ['add_brokertopic'] : []),
    ...(permissions.administer ? ['administer'] : []),
    ...TOPIC_PERMISSIONS.flatMap((name) => [
      ...[...permissions[name].exact].map((slug) => `${name}:${slug}`),
      ...permissions[name].prefixes.map((prefix) => `${name}:${prefix}*`),
    ]),
  ];
}

export const NO_PERMISSIONS: PermissionSet = parsePermissions([]).permissions;

function addPattern(topics: Record<TopicPermission, MutablePatterns>, entry: unknown): boolean {
  if (typeof entry !== 'string') return false;
  const colon = entry.indexOf(':');
  const name = TOPIC_PERMISSIONS.find((permission) => permission === entry.slice(0, Math.max(colon, 0)));
  if (name === undefined) return false;
  const pattern = entry.slice(colon + 1);
  if (isSlug(pattern)) topics[name].exact.add(pattern);
  else if (pattern.endsWith('*') && isPrefix(pattern.slice(0, -1)))
    topics[name].prefixes.push(pattern.slice(0, -1));
  else return false;
  return true;
}

/** `status-ping` is no topic, but names that go on after it are. */
function isPrefix(text: string): boolean {
  return text === '' || text === STATUS_PING || isSlug(text);
}
