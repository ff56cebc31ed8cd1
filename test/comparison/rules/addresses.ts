import type { ComparedBroker } from '../brokers/broker.ts';
import { newName } from '../brokers/broker.ts';
import { type Comparison, differs, type Outcome } from '../comparison.ts';
import { connect, connecting, refusal } from '../connect.ts';
import { fence } from '../fence.ts';
import { answerTo, listed, payloads, publish } from '../observe.ts';
import { openTopic } from '../topics.ts';

/** What becomes of a message on a topic of this name, which it creates, and who reads it. */
async function throughTopic(broker: ComparedBroker, name: string, slash = ''): Promise<string> {
  const alice = await broker.user('add_brokertopic');
  const path = encodeURIComponent(name);
  const listening = connect(broker, `${path}/a.b:c-d_ü${slash}`, alice).catch(refusal);
  const answer = await publish(broker, `${path}${slash}`, alice, { payload: 'm' });
  const consumer = await listening;
  if (typeof consumer === 'string') return `producing: ${answer}, consuming: ${consumer}`;
  await using listener = consumer;
  return `producing: ${answer}, consuming: ${await payloads(broker, listener)}`;
}

const NO_ADDRESS = differs(
  'refused with 500',
  'refused with 404',
  'the fault is the client’s, and it is told so',
);
const AS_PRESET = differs(
  'refused with 500',
  'accepted',
  'the Python client connects there unless it is told otherwise',
);

const PATHS: readonly (readonly [string, string, string, Outcome])[] = [
  ['URL-3', 'status-ping', '`status-ping`', 'accepted'],
  [
    'URL-3',
    'status-ping/x',
    '`status-ping/x`',
    differs('accepted', 'refused with 404', '`status-ping` can never be a topic, so nobody consumes it'),
  ],
  [
    'URL-4',
    '/ws/v2/producer/non-persistent/public/default/weather',
    'Apache Pulsar’s address of a producer',
    AS_PRESET,
  ],
  [
    'URL-4',
    '/ws/v2/consumer/non-persistent/public/default/weather/s',
    'Apache Pulsar’s address of a consumer',
    AS_PRESET,
  ],
  ['URL-5', 'a/b/c', 'an address with a part too many', NO_ADDRESS],
  ['URL-5', 'a%20b', 'a topic with a space', NO_ADDRESS],
];

export const addressesCompared: readonly Comparison[] = [
  {
    rule: 'URL-1',
    tried: 'a topic’s address',
    outcome: 'producing: ok, consuming: m',
    observe: (broker) => throughTopic(broker, newName()),
  },
  {
    rule: 'URL-1',
    tried: 'the same with a slash at its end',
    outcome: 'producing: ok, consuming: m',
    observe: (broker) => throughTopic(broker, newName(), '/'),
  },
  {
    rule: 'URL-1',
    tried: 'a topic with an umlaut',
    outcome: differs(
      'producing: closed with 1011, consuming: refused with 500',
      'producing: ok, consuming: m',
      'names are Unicode, as theirs says too; it fails at the group’s name, which channels wants in ASCII',
    ),
    observe: (broker) => throughTopic(broker, `${newName()}-ü`),
  },
  {
    rule: 'URL-1',
    tried: 'a topic of 60 characters',
    outcome: differs(
      'producing: closed with 1011, consuming: nothing',
      'producing: ok, consuming: m',
      'up to 255 characters; theirs keeps 50 (`SlugField`), of which a response topic needs nine for its ending',
    ),
    observe: (broker) => throughTopic(broker, newName().padEnd(60, 'x')),
  },
  ...PATHS.map(
    ([rule, path, what, outcome]): Comparison => ({
      rule,
      tried: `connecting to ${what}`,
      outcome,
      observe: async (broker) => connecting(broker, path, await broker.user()),
    }),
  ),
  {
    rule: 'URL-6',
    tried: 'connecting before the topic exists',
    outcome: 'accepted, then sent m',
    async observe(broker) {
      const alice = await broker.user('add_brokertopic');
      const topic = newName();
      await using consumer = await connect(broker, `${topic}/c`, alice);
      await publish(broker, topic, alice, { payload: 'm' });
      return `accepted, then sent ${await payloads(broker, consumer)}`;
    },
  },
  {
    rule: 'URL-6',
    tried: 'connecting before the right to consume exists; a message comes before it and one after',
    outcome: differs(
      'after',
      'before, after',
      'what a consumer may have, it gets when the right appears; with theirs only when it connects again',
    ),
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      const bob = await broker.user();
      await using consumer = await connect(broker, `${topic}/c`, bob);
      await using producer = await connect(broker, topic, alice);
      await answerTo(producer, { payload: 'before' });
      await fence(broker);
      await broker.grant(topic, { can_consume: [bob] });
      const atOnce = await payloads(broker, consumer);
      await answerTo(producer, { payload: 'after' });
      return listed([atOnce, await payloads(broker, consumer)].filter((each) => each !== 'nothing'));
    },
  },
];
