import { describe, expect, it } from 'vitest';
import { parsePermissions } from './permission-set.ts';
import {
  type Identity,
  mayConsume,
  mayPing,
  mayProduce,
  mayViewStatus,
  type SourceTopic,
} from './permissions.ts';
import { createRandom, type Random, SEED } from './testing/random.ts';

const NAMES = ['weather', 'weather-north', 'weather_k3jd82hs', 'tides', 'погода', 'status-ping2'];
const USERS = ['ada', 'module', 'anonymous', 'Ada'];
const RIGHTS = ['can_produce', 'can_consume', 'can_view_status'];
const PATTERNS = [
  ...NAMES,
  '*',
  'weather*',
  'weather_*',
  'tid*',
  'погода*',
  '',
  '**',
  'w*r',
  '*r',
  'weather ',
  'status-ping*',
  '.*',
];
const ENTRIES = [
  ...RIGHTS.flatMap((right) => PATTERNS.map((pattern) => `${right}:${pattern}`)),
  ...RIGHTS,
  'administer',
  'add_brokertopic',
  '*',
];

interface Case {
  readonly user: string;
  readonly entries: readonly string[];
  readonly topic: SourceTopic;
  readonly source: SourceTopic | null;
}

/** The rules once more, told from the raw strings and with a regular expression for each entry. */
const oracle = {
  entryGives: (entry: string, right: string, slug: string, patternsCount: boolean) => {
    const match = /^(can_[a-z_]+):([-_\p{L}\p{N}]*)(\*?)$/u.exec(entry);
    if (!match || match[1] !== right || (match[2] === '' && match[3] === '')) return false;
    return match[3] === '*' ? patternsCount && new RegExp(`^${match[2]}`, 'u').test(slug) : match[2] === slug;
  },
  holds: (
    { user, entries }: Case,
    right: 'can_produce' | 'can_consume' | 'can_view_status',
    topic: SourceTopic,
  ) =>
    topic.grants[right].some((name) => name === user) ||
    entries.some((entry) =>
      oracle.entryGives(entry, right, topic.slug, !(right === 'can_consume' && topic.responseFor)),
    ),
  produce: (c: Case) =>
    c.topic.public ||
    oracle.holds(c, 'can_produce', c.topic) ||
    (c.topic.responseFor !== null &&
      c.source !== null &&
      `${c.source.slug}/${c.source.uid}` === `${c.topic.responseFor.slug}/${c.topic.responseFor.uid}` &&
      oracle.holds(c, 'can_consume', c.source)),
  consume: (c: Case) => oracle.holds(c, 'can_consume', c.topic),
  status: (c: Case) => oracle.produce(c) || oracle.consume(c) || oracle.holds(c, 'can_view_status', c.topic),
};

function randomTopic(random: Random): SourceTopic {
  const grants = () => random.some(USERS, 2);
  return {
    slug: random.pick(NAMES),
    uid: random.pick(['u1', 'u2']),
    public: random.next() < 0.15,
    responseFor: random.next() < 0.5 ? { slug: random.pick(NAMES), uid: random.pick(['u1', 'u2']) } : null,
    grants: { can_produce: grants(), can_consume: grants(), can_view_status: grants() },
  };
}

function randomCase(random: Random): Case {
  const topic = randomTopic(random);
  const found: SourceTopic = { ...randomTopic(random), ...(random.next() < 0.6 ? topic.responseFor : null) };
  return {
    user: random.pick(USERS),
    entries: random.some(ENTRIES, 3),
    topic,
    source: random.next() < 0.8 ? found : null,
  };
}

describe('AUT-5 against a second reading of the rules', () => {
  it(`agrees on 20,000 random tokens, topics and actions (SEED=${SEED})`, () => {
    const random = createRandom(SEED);
    const seen = { yes: 0, no: 0 };
    for (let round = 0; round < 20_000; round++) {
      const one = randomCase(random);
      const identity: Identity = { user: one.user, permissions: parsePermissions(one.entries).permissions };
      const decided = {
        produce: mayProduce(identity, one.topic, one.source),
        consume: mayConsume(identity, one.topic),
        status: mayViewStatus(identity, one.topic, one.source),
        ping: mayPing(identity, one.topic, one.source),
      };
      const expected = {
        produce: oracle.produce(one),
        consume: oracle.consume(one),
        status: oracle.status(one),
        ping: oracle.produce(one),
      };
      expect(decided, JSON.stringify(one)).toEqual(expected);
      for (const yes of Object.values(decided)) seen[yes ? 'yes' : 'no']++;
    }
    // A test that hardly ever sees a yes proves little.
    expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(20_000);
  });
});
