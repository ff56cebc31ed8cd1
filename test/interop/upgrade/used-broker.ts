import { randomUUID } from 'node:crypto';
import type { OldBroker } from './old-broker.ts';
import { acknowledge, makeTopic, type Rule, say } from './usage.ts';

export type People = Readonly<Awaited<ReturnType<typeof makePeople>>>;

const RULES: readonly Rule[] = ['cache', 'cacheall', 'store', 'disabled', undefined];
const LARGE = 700_000;
const DESCRIBED = { functions: [{ name: 'höhe', arguments: [{ default: 1.5 }] }] };

/**
 * Uses a broker as people do for a while: ann publishes; bob, cid and the group that dan is in consume; eve may see
 * the status, fay consumed until her account was closed, gus may see every status, and root is a superuser.
 */
export async function useOldBroker(old: OldBroker): Promise<People> {
  const people = await makePeople(old);
  await talk(old, people);
  await askAndAnswer(old, people);
  await useWithoutAccount(old, people);
  await makeByMessage(old, people);
  await old.operator.run('change_user', people.fay.name, { is_active: false });
  return people;
}

async function makePeople({ broker, operator }: OldBroker) {
  const people = {
    anonymous: broker.anonymous,
    ann: await broker.user('add_brokertopic'),
    bob: await broker.user(),
    cid: await broker.user(),
    dan: await broker.user(),
    eve: await broker.user(),
    fay: await broker.user(),
    gus: await broker.user('can_view_status'),
    root: await broker.user(),
  };
  await operator.run('join', people.dan.name, 'modules');
  await operator.run('change_user', people.root.name, { is_superuser: true });
  return people;
}

/** A topic of each rule, messages to all of them by turns, and acknowledgements here and there. */
async function talk(old: OldBroker, people: People): Promise<void> {
  const { ann, bob, cid, dan, root } = people;
  const talks: { topic: string; rule: Rule; ids: string[] }[] = [];
  for (const rule of RULES) talks.push({ topic: await makeTopic(old, people, rule), rule, ids: [] });
  for (const payload of ['one', 'two', 'three', 'four', 'five'])
    for (const { topic, ids } of talks) ids.push(await say(old, topic, ann, { payload }));
  for (const { topic, rule, ids } of talks) {
    const [one = '', two = '', three = '', , five = ''] = ids;
    if (rule === 'disabled') continue;
    await acknowledge(old, topic, bob, two);
    // Under the other rules, that was the end of it for everybody; under these, each stands for its user alone.
    if (rule !== 'cacheall' && rule !== 'store') continue;
    await acknowledge(old, topic, bob, five, one);
    await acknowledge(old, topic, dan, ...ids);
    await acknowledge(old, topic, cid, three, two);
    await acknowledge(old, topic, root, one);
  }
}

/** A request whose caller has gone before its answer came. */
async function askAndAnswer(old: OldBroker, people: People): Promise<void> {
  const { ann, bob, dan } = people;
  const asked = await makeTopic(old, people, undefined);
  const answers = `${asked}_abcdefgh`;
  const request = { messageType: 'request', response_topic: answers, requestContext: 7 };
  await say(old, asked, ann, { payload: 'request', properties: request });
  const ping = { messageType: 'ping', response_topic: 'status-ping', requestContext: 1 };
  await say(old, asked, ann, { payload: 'ping', properties: ping });
  for (const fragment of [0, 1, 2]) {
    const properties = { messageType: 'response', requestContext: '7', fragment, num_fragments: 3 };
    await say(old, answers, dan, { payload: `answer ${fragment}`, properties });
  }
  const description = { messageType: 'response', source_topic: asked, api_info: JSON.stringify(DESCRIBED) };
  await say(old, 'status-ping', bob, { properties: description });
}

async function useWithoutAccount(old: OldBroker, { anonymous, bob, eve }: People): Promise<void> {
  const consumed = await old.broker.topic(
    { public: true, supportsDasf: false },
    { can_consume: [anonymous] },
  );
  await say(old, consumed, anonymous, { payload: 'from nobody' });
  await say(old, consumed, eve, { payload: 'from eve' });
  const rights = { can_consume: [anonymous, bob] };
  const stored = await old.broker.topic({ public: true, storeMessages: 'store' }, rights);
  await say(old, stored, eve, { payload: 'first' });
  await acknowledge(old, stored, anonymous, await say(old, stored, anonymous, { payload: 'second' }));
}

/** A topic that its first message makes, and what its frames may hold. */
async function makeByMessage(old: OldBroker, { ann }: People): Promise<void> {
  const topic = `made-${randomUUID().slice(0, 8)}`;
  const more = [1.5, -0.25, 1e-7, 12, null, 'Grüße \u0007 天気 😀'];
  await say(old, topic, ann, { payload: 'x'.repeat(LARGE), more });
  const properties = { b: { z: 1, a: [true] }, a: '' };
  await say(old, topic, ann, { zebra: 1, payload: '', context: 'c', properties });
}
