import { randomUUID } from 'node:crypto';
import type { ComparedBroker, TopicSettings, User } from '../brokers/broker.ts';
import { type Comparison, differs, type Outcome } from '../comparison.ts';
import { connect } from '../connect.ts';
import { fence } from '../fence.ts';
import { nextOrEnd, outstanding, publish } from '../observe.ts';
import { openTopic } from '../topics.ts';

/** What of a message is outstanding after a consumer sent a frame, and whether he was told or closed. */
async function afterFrame(broker: ComparedBroker, frameFor: (messageId: string) => object): Promise<string> {
  const { topic, alice } = await openTopic(broker, { supportsDasf: false });
  const messageId = randomUUID();
  await publish(broker, topic, alice, { messageId, payload: 'm' });
  await using consumer = await connect(broker, `${topic}/c`, alice);
  await consumer.nextMessage();
  consumer.send(frameFor(messageId));
  await publish(broker, topic, alice, { payload: 'n' });
  const next = await nextOrEnd(consumer);
  const answer = typeof next === 'string' ? next : next.payload === 'n' ? 'no answer' : JSON.stringify(next);
  return `${answer}; outstanding: ${await outstanding(broker, topic, alice)}`;
}

/** A topic that two consume, with one message. */
async function shared(broker: ComparedBroker, settings: TopicSettings) {
  const { topic, alice } = await openTopic(broker, settings);
  const bob = await broker.user();
  await broker.grant(topic, { can_consume: [bob] });
  await publish(broker, topic, alice, { payload: 'm' });
  return { topic, alice, bob };
}

async function acknowledge(broker: ComparedBroker, topic: string, user: User): Promise<void> {
  await using consumer = await connect(broker, `${topic}/c`, user);
  consumer.acknowledge(await consumer.nextMessage());
  await fence(broker);
}

/** What somebody is sent who becomes a consumer only now. */
async function forNewcomer(broker: ComparedBroker, topic: string): Promise<string> {
  const newcomer = await broker.user();
  await broker.grant(topic, { can_consume: [newcomer] });
  return outstanding(broker, topic, newcomer);
}

const FRAMES: readonly (readonly [string, (messageId: string) => object, Outcome])[] = [
  ['an acknowledgement', (messageId) => ({ messageId }), 'no answer; outstanding: n'],
  [
    'an acknowledgement of an unknown id',
    () => ({ messageId: randomUUID() }),
    'no answer; outstanding: m, n',
  ],
  [
    'an acknowledgement of an unknown id that is no UUID',
    () => ({ messageId: 'unknown' }),
    differs(
      'closed with 1011; outstanding: m, n',
      'no answer; outstanding: m, n',
      'unknown ids change nothing, and cost nobody the connection',
    ),
  ],
  [
    'a command of Apache Pulsar that names a message',
    (messageId) => ({ type: 'permit', messageId }),
    differs('no answer; outstanding: n', 'no answer; outstanding: m, n', 'a command is no acknowledgement'),
  ],
];

/** By rule: what the second consumer is sent after the first acknowledged, and a newcomer after both. */
const LEFT = [
  ['cache', 'nothing', 'nothing'],
  ['cacheall', 'm', 'nothing'],
  ['store', 'm', 'm'],
] as const;

export const acknowledgingCompared: readonly Comparison[] = [
  ...FRAMES.map(
    ([tried, frameFor, outcome]): Comparison => ({
      rule: 'ACK-1',
      tried,
      outcome,
      observe: (broker) => afterFrame(broker, frameFor),
    }),
  ),
  ...LEFT.map(
    ([storeMessages, forSecond, forNew]): Comparison => ({
      rule: 'ACK-2',
      tried: `\`${storeMessages}\`: who is sent it after one of two consumers acknowledged, and after both`,
      outcome: `the second consumer: ${forSecond}, a newcomer: ${forNew}`,
      async observe(broker) {
        const { topic, alice, bob } = await shared(broker, { storeMessages });
        await acknowledge(broker, topic, alice);
        const afterOne = await outstanding(broker, topic, bob);
        if (afterOne !== 'nothing') await acknowledge(broker, topic, bob);
        return `the second consumer: ${afterOne}, a newcomer: ${await forNewcomer(broker, topic)}`;
      },
    }),
  ),
  {
    rule: 'ACK-3',
    tried: '`cacheall`: one of two consumers acknowledged, then the right of the other is taken away',
    outcome: differs(
      'a newcomer is sent m',
      'a newcomer is sent nothing',
      'the message waited for nobody else; theirs looks only when an acknowledgement comes',
    ),
    async observe(broker) {
      const { topic, alice, bob } = await shared(broker, { storeMessages: 'cacheall' });
      await acknowledge(broker, topic, alice);
      await broker.revoke(topic, { can_consume: [bob] });
      return `a newcomer is sent ${await forNewcomer(broker, topic)}`;
    },
  },
  {
    rule: 'ACK-5',
    tried: 'an acknowledgement by a user who may not consume the topic',
    outcome: 'outstanding: m',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      const messageId = randomUUID();
      await publish(broker, topic, alice, { messageId, payload: 'm' });
      await using stranger = await connect(broker, `${topic}/s`, await broker.user());
      stranger.send({ messageId });
      await fence(broker);
      return `outstanding: ${await outstanding(broker, topic, alice)}`;
    },
  },
];
