import { randomUUID } from 'node:crypto';
import { newName } from '../brokers/broker.ts';
import { type Comparison, differs } from '../comparison.ts';
import { connect } from '../connect.ts';
import { listed, outstanding, payloads, publish } from '../observe.ts';
import { SAYS_ERROR } from '../reasons.ts';
import { openTopic } from '../topics.ts';

export const publishingCompared: readonly Comparison[] = [
  ...([5, '5'] as const).map(
    (context): Comparison => ({
      rule: 'PUB-1',
      tried: `an answer’s fields, for a frame with \`context\` ${JSON.stringify(context)}`,
      outcome: `messageId, {"context":${JSON.stringify(context)},"result":"ok"}`,
      async observe(broker) {
        const { topic, alice } = await openTopic(broker);
        await using producer = await connect(broker, topic, alice);
        const { messageId: _, ...answer } = await producer.publish({ context });
        return `messageId, ${JSON.stringify(answer)}`;
      },
    }),
  ),
  {
    rule: 'PUB-1',
    tried: 'twenty frames at once',
    outcome: 'one answer each, in their order',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await using producer = await connect(broker, topic, alice);
      for (let context = 0; context < 20; context += 1) producer.send({ context });
      for (let context = 0; context < 20; context += 1) {
        const answer = await producer.next();
        if (answer.context !== context) return `answer ${context} is to frame ${answer.context}`;
      }
      return 'one answer each, in their order';
    },
  },
  {
    rule: 'PUB-2',
    tried: 'a message that was answered `ok` while nobody listened',
    outcome: 'sent m',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await publish(broker, topic, alice, { payload: 'm' });
      return `sent ${await outstanding(broker, topic, alice)}`;
    },
  },
  {
    rule: 'PUB-3',
    tried: 'a message to an unknown topic, by a user who may make topics',
    outcome: 'ok, then ok; sent m, n',
    async observe(broker) {
      const alice = await broker.user('add_brokertopic');
      const topic = newName();
      const answer = await publish(broker, topic, alice, { payload: 'm' });
      const again = await publish(broker, topic, alice, { payload: 'n' });
      return `${answer}, then ${again}; sent ${await outstanding(broker, topic, alice)}`;
    },
  },
  {
    rule: 'PUB-3',
    tried: 'a late answer (`messageType` `response`) to an unknown topic, by a user who may make topics',
    outcome: differs(
      'ok',
      'send-error:6, Topic … does not exist.',
      'a response topic that was removed would come back as an ordinary one, which the module owns',
    ),
    async observe(broker) {
      const alice = await broker.user('add_brokertopic');
      return publish(broker, newName(), alice, { properties: { messageType: 'response' } });
    },
  },
  {
    rule: 'PUB-4',
    tried: 'an unknown topic, where messages make none',
    outcome: differs('Topic … does not exist.', 'send-error:6, Topic … does not exist.', SAYS_ERROR),
    setup: 'without creation',
    async observe(broker) {
      return publish(broker, newName(), await broker.user('add_brokertopic'), {});
    },
  },
  {
    rule: 'PUB-5',
    tried: 'an unknown topic, by a user who may make none',
    outcome: differs(
      'User is not allowed to create topics.',
      'send-error:6, User is not allowed to create topics.',
      SAYS_ERROR,
    ),
    async observe(broker) {
      return publish(broker, newName(), await broker.user(), {});
    },
  },
  {
    rule: 'PUB-6',
    tried: 'a topic that is not open to the user',
    outcome: differs(
      'User is not allowed to publish to this topic',
      'send-error:6, User is not allowed to publish to this topic',
      SAYS_ERROR,
    ),
    async observe(broker) {
      return publish(broker, await broker.topic(), await broker.user(), {});
    },
  },
  {
    rule: 'PUB-7',
    tried: 'whether a refusal says `error` in its `result`, for which the Python client looks',
    outcome: differs(
      'no',
      'yes',
      'the Python client looks for the word, and waits for ever where it is missing',
    ),
    async observe(broker) {
      await using producer = await connect(broker, await broker.topic(), await broker.user());
      const { result } = await producer.publish({ context: 0 });
      return result.includes('error') ? 'yes' : 'no';
    },
  },
  {
    rule: 'PUB-8',
    tried: 'the same `messageId` again, by the same user',
    outcome: differs(
      'closed with 1011; sent m',
      'ok; sent m',
      'a client may retry blindly; with theirs the retry ends its connection (`unique_message_id_for_topic`)',
    ),
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      const messageId = randomUUID();
      await publish(broker, topic, alice, { messageId, payload: 'm' });
      const again = await publish(broker, topic, alice, { messageId, payload: 'm' });
      return `${again}; sent ${await outstanding(broker, topic, alice)}`;
    },
  },
  {
    rule: 'PUB-8',
    tried: 'the same `messageId` by another user',
    outcome: differs(
      'closed with 1011; sent m',
      'ok; sent m, n',
      'nobody suppresses another’s message by guessing its id',
    ),
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      const bob = await broker.user();
      await broker.grant(topic, { can_produce: [bob] });
      const messageId = randomUUID();
      await publish(broker, topic, alice, { messageId, payload: 'm' });
      const again = await publish(broker, topic, bob, { messageId, payload: 'n' });
      return `${again}; sent ${await outstanding(broker, topic, alice)}`;
    },
  },
  {
    rule: 'PUB-8',
    tried: 'the same `messageId` again where nothing is stored',
    outcome: 'ok, ok; sent m, m',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker, { storeMessages: 'disabled' });
      await using consumer = await connect(broker, `${topic}/c`, alice);
      const frame = { messageId: randomUUID(), payload: 'm' };
      const answers = [
        await publish(broker, topic, alice, frame),
        await publish(broker, topic, alice, frame),
      ];
      return `${listed(answers)}; sent ${await payloads(broker, consumer)}`;
    },
  },
];
