import type { ComparedBroker } from '../brokers/broker.ts';
import { type Comparison, differs } from '../comparison.ts';
import { ask, connect } from '../connect.ts';
import { fence } from '../fence.ts';
import { publish } from '../observe.ts';
import { openTopic } from '../topics.ts';

/** A response topic and who uses it; named by a request that is open where it has a context. */
async function call(broker: ComparedBroker, requestContext?: number) {
  const { topic, alice: module } = await openTopic(broker, { public: true });
  const answers = `${topic}_abcdefgh`;
  const caller = await broker.user();
  const properties = { messageType: 'request', response_topic: answers, requestContext };
  await publish(broker, topic, caller, { properties });
  const viewer = await broker.user('can_view_status');
  return {
    listen: () => connect(broker, `${answers}/c`, caller),
    answer: () =>
      publish(broker, answers, module, { payload: 'answer', properties: { messageType: 'response' } }),
    async afterTenMinutes() {
      await fence(broker);
      await broker.pass(10);
      return (await ask(broker, `${answers}/status/`, viewer)).status === 404 ? 'removed' : 'kept';
    },
  };
}

export const cleanUpCompared: readonly Comparison[] = [
  {
    rule: 'GC-1',
    tried: 'a response topic, ten minutes after its last consumer left',
    outcome: 'removed',
    setup: 'hurried',
    async observe(broker) {
      const { listen, afterTenMinutes } = await call(broker);
      await (await listen())[Symbol.asyncDispose]();
      return afterTenMinutes();
    },
  },
  {
    rule: 'GC-1',
    tried: 'the same with an answer on it that nobody acknowledged',
    outcome: 'kept',
    setup: 'hurried',
    async observe(broker) {
      const { listen, answer, afterTenMinutes } = await call(broker);
      await answer();
      await (await listen())[Symbol.asyncDispose]();
      return afterTenMinutes();
    },
  },
  {
    rule: 'GC-1',
    tried: 'the same, to which an answer came after its consumer had left',
    outcome: differs('removed', 'kept', 'the answer was answered `ok`, which promises delivery'),
    setup: 'hurried',
    async observe(broker) {
      const { listen, answer, afterTenMinutes } = await call(broker);
      await (await listen())[Symbol.asyncDispose]();
      await fence(broker);
      await answer();
      return afterTenMinutes();
    },
  },
  {
    rule: 'GC-1',
    tried: 'the same, to which its consumer returned and is connected',
    outcome: differs(
      'removed',
      'kept',
      'a consumer that returns cancels it; theirs forgets to save that where nothing is outstanding (`TopicConsumer.connect`)',
    ),
    setup: 'hurried',
    async observe(broker) {
      const { listen, afterTenMinutes } = await call(broker);
      await (await listen())[Symbol.asyncDispose]();
      await fence(broker);
      await using _again = await listen();
      return await afterTenMinutes();
    },
  },
  {
    rule: 'GC-2',
    tried: 'a response topic that one of two consumers has left',
    outcome: differs(
      'removed',
      'kept',
      'a topic with a consumer is never removed; theirs takes whoever leaves for the last',
    ),
    setup: 'hurried',
    async observe(broker) {
      const { listen, afterTenMinutes } = await call(broker);
      await using _staying = await listen();
      await (await listen())[Symbol.asyncDispose]();
      return await afterTenMinutes();
    },
  },
  {
    rule: 'GC-3',
    tried: 'a caller leaves while his request is computed; the answer comes after ten minutes',
    outcome: differs(
      'removed, the answer: User is not allowed to create topics.',
      'kept, the answer: ok',
      'the answer of a long computation is not refused because the laptop was closed',
    ),
    setup: 'hurried',
    async observe(broker) {
      const { listen, answer, afterTenMinutes } = await call(broker, 1);
      await (await listen())[Symbol.asyncDispose]();
      return `${await afterTenMinutes()}, the answer: ${await answer()}`;
    },
  },
  {
    rule: 'GC-1',
    tried: 'a response topic that nobody ever listened to',
    outcome: differs('kept', 'removed', 'it would stay for ever'),
    setup: 'hurried',
    async observe(broker) {
      return (await call(broker)).afterTenMinutes();
    },
  },
];
