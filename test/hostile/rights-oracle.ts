/** Who asks, as the token has it. */
export interface Asker {
  readonly user: string;
  /** As in the token's `permissions` claim; none for who has no token. */
  readonly entries: readonly string[];
}

/** A topic as operators gave rights on it. */
export interface AskedTopic {
  readonly name: string;
  readonly public: boolean;
  /** `right user`, for each that is stored. */
  readonly grants: ReadonlySet<string>;
  /** The topic that its messages answer. */
  readonly source?: AskedTopic;
}

/** AUT-5, AUT-8 and RSP-1, told from the raw strings and apart from the module that decides. */
export const rules = {
  publish: (asker: Asker, topic: AskedTopic): boolean =>
    topic.public ||
    has(asker, 'can_produce', topic) ||
    (topic.source !== undefined && has(asker, 'can_consume', topic.source)),
  consume: (asker: Asker, topic: AskedTopic): boolean => has(asker, 'can_consume', topic),
  status: (asker: Asker, topic: AskedTopic): boolean =>
    rules.publish(asker, topic) || rules.consume(asker, topic) || has(asker, 'can_view_status', topic),
  ping: (asker: Asker, topic: AskedTopic): boolean => rules.publish(asker, topic),
  administer: ({ entries }: Asker): boolean => entries.some((entry) => entry === 'administer'),
};

function has({ user, entries }: Asker, right: string, topic: AskedTopic): boolean {
  if (topic.grants.has(`${right} ${user}`)) return true;
  if (entries.some((entry) => entry === `${right}:${topic.name}`)) return true;
  if (right === 'can_consume' && topic.source) return false;
  const patterns = entries.filter((entry) => new RegExp(`^${right}:[-_a-z0-9]*\\*$`).test(entry));
  return patterns.some((entry) => `${right}:${topic.name}`.startsWith(entry.replace(/\*$/, '')));
}
