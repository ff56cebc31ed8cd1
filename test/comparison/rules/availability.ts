import type { ComparedBroker, TopicSettings, User } from '../brokers/broker.ts';
import { type Comparison, differs } from '../comparison.ts';
import { ask, connect } from '../connect.ts';
import { fence } from '../fence.ts';
import { answerTo, publish, questions } from '../observe.ts';
import { KEEPS_CONNECTION, SAYS_ERROR } from '../reasons.ts';
import { statusOf } from '../status.ts';
import { openTopic } from '../topics.ts';

/** The answer of the pong connection to a frame that names a topic. */
async function toPong(
  broker: ComparedBroker,
  properties: object,
  context?: string,
  as?: (broker: ComparedBroker) => Promise<User>,
): Promise<string> {
  const { topic, alice } = await openTopic(broker);
  await using pong = await connect(broker, 'status-ping', as ? await as(broker) : alice);
  return await answerTo(pong, {
    ...(context && { context }),
    properties: { source_topic: topic, ...properties },
  });
}

/** What a consumer is asked on connecting. */
async function askedOnConnecting(
  broker: ComparedBroker,
  settings: TopicSettings,
  waiting: boolean,
): Promise<string> {
  const { topic, alice } = await openTopic(broker, settings);
  if (waiting) await publish(broker, topic, alice, { payload: 'm' });
  await using consumer = await connect(broker, `${topic}/c`, alice);
  return await questions(broker, consumer);
}

/** A topic’s response topic, which its caller listens to. */
async function withResponseTopic(broker: ComparedBroker) {
  const { topic, alice } = await openTopic(broker);
  const answers = `${topic}_abcdefgh`;
  await publish(broker, topic, alice, { properties: { response_topic: answers, requestContext: 1 } });
  return { alice, answers };
}

/** What a consumer is asked when another one leaves. */
async function askedWhenOneLeaves(broker: ComparedBroker, topic: string, alice: User): Promise<string> {
  await using staying = await connect(broker, `${topic}/stays`, alice);
  const leaving = await connect(broker, `${topic}/leaves`, alice);
  await questions(broker, staying);
  await leaving[Symbol.asyncDispose]();
  return await questions(broker, staying);
}

export const availabilityCompared: readonly Comparison[] = [
  {
    rule: 'AVL-3',
    tried: 'what a ping is',
    outcome:
      'payload "", properties {"messageType":"ping","requestContext":1,"response_topic":"status-ping"}',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await using consumer = await connect(broker, `${topic}/c`, alice);
      await questions(broker, consumer);
      const asking = ask(broker, `${topic}/ping/`, alice, { method: 'POST' });
      const { messageId: _, publishTime: __, payload, properties } = await consumer.next();
      await asking;
      return `payload "${payload}", properties ${JSON.stringify(Object.fromEntries(Object.entries(properties).toSorted()))}`;
    },
  },
  {
    rule: 'AVL-4',
    tried: 'a pong: its answer, and the status of its topic after a ping',
    outcome: 'ok; 200 Consumer connected',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await ask(broker, `${topic}/ping/`, alice, { method: 'POST' });
      await using pong = await connect(broker, 'status-ping', alice);
      const answer = await answerTo(pong, { properties: { messageType: 'pong', source_topic: topic } });
      return `${answer}; ${await statusOf(broker, topic, alice)}`;
    },
  },
  {
    rule: 'AVL-4',
    tried: 'a frame without `source_topic`',
    outcome: differs('No source topic found.', 'send-error:3, No source topic found.', SAYS_ERROR),
    observe: (broker) => toPong(broker, { source_topic: undefined }),
  },
  {
    rule: 'AVL-4',
    tried: 'an unknown `source_topic`',
    outcome: differs(
      'User is not allowed to publish to this topic',
      'send-error:6, User is not allowed to publish to this topic',
      SAYS_ERROR,
    ),
    observe: (broker) => toPong(broker, { messageType: 'pong', source_topic: 'nowhere' }),
  },
  {
    rule: 'AVL-4',
    tried: 'a `source_topic` that the user may not consume',
    outcome: differs(
      'User is not allowed to publish to this topic',
      'send-error:6, User is not allowed to publish to this topic',
      SAYS_ERROR,
    ),
    observe: (broker) => toPong(broker, { messageType: 'pong' }, undefined, (each) => each.user()),
  },
  {
    rule: 'AVL-4',
    tried: 'any other type',
    outcome: 'ok',
    observe: (broker) => toPong(broker, { messageType: 'log' }),
  },
  {
    rule: 'AVL-4',
    tried: 'a description of a module’s functions (`api_info`)',
    outcome: 'ok, stored as {"rpc_schema":[1]}',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await using pong = await connect(broker, 'status-ping', alice);
      const properties = { messageType: 'response', source_topic: topic, api_info: '{"rpc_schema":[1]}' };
      const answer = await answerTo(pong, { properties });
      await statusOf(broker, topic, alice);
      return `${answer}, stored as ${JSON.stringify(await broker.apiInfo(topic))}`;
    },
  },
  {
    rule: 'AVL-4',
    tried: 'a description that is no JSON',
    outcome: differs('closed with 1011', 'send-error:3, api_info must be a JSON string.', KEEPS_CONNECTION),
    observe: (broker) => toPong(broker, { messageType: 'response', api_info: '{' }),
  },
  {
    rule: 'AVL-5',
    tried: 'a minute passes: what a consumer is asked',
    outcome: 'ping',
    setup: 'hurried',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await using consumer = await connect(broker, `${topic}/c`, alice);
      await consumer.next();
      const [next] = await Promise.all([consumer.next(), broker.pass(1)]);
      return next.properties.messageType;
    },
  },
  {
    rule: 'AVL-5',
    tried: 'one of two consumers disconnects: what the other is asked',
    outcome: 'ping',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      return askedWhenOneLeaves(broker, topic, alice);
    },
  },
  {
    rule: 'AVL-6',
    tried: 'what a consumer is asked on connecting with nothing outstanding',
    outcome: 'api_info',
    observe: (broker) => askedOnConnecting(broker, {}, false),
  },
  {
    rule: 'AVL-6',
    tried: 'what a consumer is asked on connecting with something outstanding',
    outcome: 'nothing',
    observe: (broker) => askedOnConnecting(broker, {}, true),
  },
  {
    rule: 'AVL-6',
    tried: 'what a consumer is asked on connecting to a topic that does not support DASF',
    outcome: 'nothing',
    observe: (broker) => askedOnConnecting(broker, { supportsDasf: false }, false),
  },
  {
    rule: 'AVL-7',
    tried: 'what a consumer is asked on connecting to a response topic',
    outcome: differs(
      'api_info',
      'nothing',
      'the Python requester takes it for the answer to its call number 1',
    ),
    async observe(broker) {
      const { alice, answers } = await withResponseTopic(broker);
      await using consumer = await connect(broker, `${answers}/c`, alice);
      return await questions(broker, consumer);
    },
  },
  {
    rule: 'AVL-7',
    tried:
      'one of two consumers of a response topic with an outstanding answer disconnects: what the other is asked',
    outcome: differs('ping', 'nothing', 'as above'),
    async observe(broker) {
      const { alice, answers } = await withResponseTopic(broker);
      await publish(broker, answers, alice, { payload: 'answer', properties: { messageType: 'response' } });
      await fence(broker);
      return askedWhenOneLeaves(broker, answers, alice);
    },
  },
];
