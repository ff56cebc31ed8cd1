import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { useOwnBroker } from '../contract/scene.ts';
import { type AskedTopic, type Asker, rules } from './rights-oracle.ts';

/** Whoever asks so much waits, else. */
const scene = useOwnBroker({
  DASF_ACCEPT_RATE: '10000',
  DASF_ACCEPT_RATE_PER_ADDRESS: '10000',
  DASF_MAX_REFUSALS_PER_SECOND: '10000',
  DASF_MAX_TOTAL_REFUSALS_PER_SECOND: '10000',
  DASF_PING_WAIT: '0s',
});

const SEED = Number(process.env['SEED'] ?? 1);
const ASKERS = 15;
const SIDE_BY_SIDE = 10;
const QUIET_MS = 500;
const PATIENCE_MS = 30_000;
const RIGHTS = ['can_produce', 'can_consume', 'can_view_status'];
const USERS = ['ada', 'Ada', 'module', 'anonymous', 'bob'];
const RUN = `r-${crypto.randomUUID().slice(0, 8)}`;
const NAMES = ['weather', 'weather-north', 'tides', 'ocean'].map((name) => `${RUN}-${name}`);
const PATTERNS = [
  ...NAMES,
  ...NAMES.map((name) => `${name}_abcdefgh`),
  '*',
  `${RUN}-weather*`,
  `${RUN}-tides_*`,
];
const UNFIT = ['**', `*${RUN}`, `${RUN}-weather `, '', '.*'];
const ENTRIES = [
  ...RIGHTS.flatMap((right) => [...PATTERNS, ...UNFIT].map((pattern) => `${right}:${pattern}`)),
  'administer',
  '*',
];

const grants = fc.subarray(
  RIGHTS.flatMap((right) => USERS.map((user) => `${right} ${user}`)),
  { maxLength: 4 },
);
const asker = fc.record<Asker>({
  user: fc.constantFrom(...USERS.filter((user) => user !== 'anonymous')),
  entries: fc.array(fc.constantFrom(...ENTRIES), { maxLength: 3 }),
});

/** Whom chance may leave out. */
const ALWAYS: readonly Asker[] = [
  { user: 'anonymous', entries: [] },
  { user: 'bob', entries: ['administer'] },
];

/** Makes topics with these rights, and a response topic of each. */
async function makeTopics(): Promise<AskedTopic[]> {
  const given = fc.sample(fc.tuple(grants, grants), { numRuns: NAMES.length, seed: SEED });
  const made = NAMES.map(async (name, index) => {
    const [own = [], answers = []] = given[index] ?? [];
    const topic = { name, public: index === NAMES.length - 1, grants: new Set(own) };
    await scene.administer('POST', '', { name, public: topic.public, grant: grantOf(own) });
    const answer = { name: `${name}_abcdefgh`, public: false, grants: new Set(answers), source: topic };
    await using producer = await scene.connect(name, { token: await scene.token('root', ['can_produce:*']) });
    await producer.publish({ properties: { response_topic: answer.name } });
    await scene.administer('PATCH', `/${answer.name}`, { grant: grantOf(answers) });
    return [topic, answer];
  });
  return (await Promise.all(made)).flat();
}

function grantOf(stored: readonly string[]): Record<string, string[]> {
  const users = (right: string) =>
    stored.flatMap((one) => (one.startsWith(`${right} `) ? one.slice(right.length + 1) : []));
  return Object.fromEntries(RIGHTS.map((right) => [right, users(right)]));
}

interface Question {
  readonly asker: Asker;
  readonly token: string | undefined;
  readonly topic: AskedTopic;
}

async function questions(topics: readonly AskedTopic[]): Promise<Question[]> {
  const askers = [...ALWAYS, ...fc.sample(asker, { numRuns: ASKERS, seed: SEED })];
  const all = await Promise.all(
    askers.map(async (one) => {
      const token = one.user === 'anonymous' ? undefined : await scene.broker.forge(claimsOf(one));
      return topics.map((topic) => ({ asker: one, token, topic }));
    }),
  );
  return all.flat();
}

function claimsOf({ user, entries }: Asker) {
  const now = Math.floor(Date.now() / 1000);
  return {
    sub: user,
    iss: 'dasf-broker',
    aud: 'dasf-broker',
    iat: now,
    exp: now + 600,
    permissions: entries,
  };
}

/** Asks all, a few at a time, and gives those whose answer is not the one that is expected. */
async function wrong(
  all: readonly Question[],
  isAllowed: (question: Question) => Promise<boolean>,
  expected: (asker: Asker, topic: AskedTopic) => boolean,
): Promise<string[]> {
  const found: string[] = [];
  const left = [...all];
  const seen = { yes: 0, no: 0 };
  const ask = async () => {
    for (let next = left.pop(); next; next = left.pop()) {
      const answer = await isAllowed(next);
      seen[answer ? 'yes' : 'no'] += 1;
      const { asker: by, topic } = next;
      if (answer !== expected(by, topic))
        found.push(`${answer}: ${JSON.stringify(by)} ${topic.name} ${[...topic.grants]}`);
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, ask));
  // Where all are refused, or none, little was tried.
  expect(Math.min(seen.yes, seen.no)).toBeGreaterThan(0);
  return found;
}

const connected = (path: string, { token }: Question) =>
  scene.connect(path, token === undefined ? {} : { token });

async function mayPublish(question: Question): Promise<boolean> {
  await using producer = await connected(question.topic.name, question);
  // Live only: nothing of it is stored (DLV-9).
  return (await producer.publish({ properties: { messageType: 'ping' } })).result === 'ok';
}

async function isServed(path: string, { token }: Question): Promise<boolean> {
  return ![401, 403].includes((await scene.ask(path, token)).status);
}

/** All listen to one topic at a time, and one message comes. */
async function mayConsume(topic: AskedTopic, all: readonly Question[]): Promise<Map<Question, boolean>> {
  const listening = await Promise.all(
    all
      .filter((one) => one.topic === topic)
      .map(async (one) => [one, await connected(`${topic.name}/s`, one)] as const),
  );
  await using producer = await scene.connect(topic.name, {
    token: await scene.token('root', ['can_produce:*']),
  });
  expect((await producer.publish({ payload: 'for some' })).result).toBe('ok');
  const got = await Promise.all(
    listening.map(async ([one, socket]) => {
      const isExpected = rules.consume(one.asker, topic);
      const frame = await socket.nextMessage(isExpected ? PATIENCE_MS : QUIET_MS).catch(() => undefined);
      await socket[Symbol.asyncDispose]();
      return [one, frame !== undefined] as const;
    }),
  );
  return new Map(got);
}

describe('T13: who may what is as a second reading of the rules has it, wherever it is asked', () => {
  it(`for random tokens, topics and actions (SEED=${SEED})`, async () => {
    const topics = await makeTopics();
    const all = await questions(topics);
    const published = await wrong(all, mayPublish, rules.publish);
    const viewed = await wrong(all, (one) => isServed(`${one.topic.name}/status/`, one), rules.status);
    const pinged = await wrong(all, (one) => isServed(`${one.topic.name}/ping/`, one), rules.ping);
    const changed = await wrong(
      all,
      (one) => isServed(`/api/v1/topics/${one.topic.name}`, one),
      rules.administer,
    );
    const delivered = new Map<Question, boolean>();
    for (const topic of topics)
      for (const [one, got] of await mayConsume(topic, all)) delivered.set(one, got);
    const received = await wrong(all, async (one) => delivered.get(one) ?? false, rules.consume);
    expect({ published, viewed, pinged, changed, received }).toEqual({
      published: [],
      viewed: [],
      pinged: [],
      changed: [],
      received: [],
    });
  }, 300_000);
});
