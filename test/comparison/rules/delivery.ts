import type { ComparedBroker } from '../brokers/broker.ts';
import { type Comparison, differs } from '../comparison.ts';
import { connect } from '../connect.ts';
import { fence } from '../fence.ts';
import { answerTo, ending, messages, outstanding, payloads, publish } from '../observe.ts';
import { openTopic } from '../topics.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));

function inOrder(found: readonly { payload: string }[], sent: readonly string[]): string {
  const payloads = found.map(({ payload }) => payload);
  if (payloads.join() === sent.join()) return 'all, in their order';
  return payloads.toSorted().join() === sent.toSorted().join() ? 'all, in another order' : `only ${payloads}`;
}

/** By rule: outstanding for anyone, then for who acknowledged it, and for the other. */
const LEFT = [
  ['cache', 'm', 'nothing', 'nothing'],
  ['cacheall', 'm', 'nothing', 'm'],
  ['store', 'm', 'nothing', 'm'],
  ['disabled', 'nothing', 'nothing', 'nothing'],
] as const;

export const deliveryCompared: readonly Comparison[] = [
  {
    rule: 'DLV-1',
    tried: 'a message to three connections, two of them with the same subscription',
    outcome: 'sent m, m, m',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await using first = await connect(broker, `${topic}/same`, alice);
      await using second = await connect(broker, `${topic}/same`, alice);
      await using third = await connect(broker, `${topic}/other`, alice);
      await publish(broker, topic, alice, { payload: 'm' });
      const sent: string[] = [];
      for (const consumer of [first, second, third]) sent.push(await payloads(broker, consumer));
      return `sent ${sent.join(', ')}`;
    },
  },
  {
    rule: 'DLV-2',
    tried: 'sixteen outstanding messages',
    outcome: {
      theirs: 'all, in their order or in another, as PostgreSQL happens to read them',
      theirsVaries: ['all, in their order', 'all, in another order'],
      ours: 'all, in their order',
      reason: 'oldest first; theirs does not order what it reads (`get_outstanding_messages`)',
    },
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await using producer = await connect(broker, topic, alice);
      for (const payload of numbers(16)) await answerTo(producer, { payload });
      await using consumer = await connect(broker, `${topic}/c`, alice);
      return inOrder(await messages(broker, consumer), numbers(16));
    },
  },
  {
    rule: 'DLV-2',
    tried: 'an outstanding message, then a live one',
    outcome: 'all, in their order',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await publish(broker, topic, alice, { payload: '0' });
      await using consumer = await connect(broker, `${topic}/c`, alice);
      await publish(broker, topic, alice, { payload: '1' });
      return inOrder(await messages(broker, consumer), numbers(2));
    },
  },
  {
    rule: 'DLV-3',
    tried: 'twenty live messages',
    outcome: 'all, in their order',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await using consumer = await connect(broker, `${topic}/c`, alice);
      await using producer = await connect(broker, topic, alice);
      for (const payload of numbers(20)) await answerTo(producer, { payload });
      return inOrder(await messages(broker, consumer), numbers(20));
    },
  },
  ...LEFT.map(
    ([storeMessages, before, forHer, forHim]): Comparison => ({
      rule: 'DLV-4',
      tried: `\`${storeMessages}\`: what is outstanding before and after one of two consumers acknowledged it`,
      outcome: `before: ${before}; after, for her: ${forHer}, for the other: ${forHim}`,
      async observe(broker) {
        const { topic, alice } = await openTopic(broker, { storeMessages });
        const bob = await broker.user();
        await broker.grant(topic, { can_consume: [bob] });
        await using consumer = await connect(broker, `${topic}/c`, alice);
        await publish(broker, topic, alice, { payload: 'm' });
        const before = await outstanding(broker, topic, bob);
        consumer.acknowledge(await consumer.nextMessage());
        await fence(broker);
        const [hers, his] = [await outstanding(broker, topic, alice), await outstanding(broker, topic, bob)];
        return `before: ${before}; after, for her: ${hers}, for the other: ${his}`;
      },
    }),
  ),
  {
    rule: 'DLV-4',
    tried: 'a message published under `cache`, acknowledged after the topic was set to `store`',
    outcome: differs(
      'outstanding for the other consumer: m',
      'outstanding for the other consumer: nothing',
      'the rule in force at publishing holds, so that a change does not take back what was promised',
    ),
    async observe(broker) {
      const { topic, alice } = await openTopic(broker, { storeMessages: 'cache' });
      const bob = await broker.user();
      await broker.grant(topic, { can_consume: [bob] });
      await publish(broker, topic, alice, { payload: 'm' });
      await broker.change(topic, { storeMessages: 'store' });
      await using consumer = await connect(broker, `${topic}/c`, alice);
      consumer.acknowledge(await consumer.nextMessage());
      await fence(broker);
      return `outstanding for the other consumer: ${await outstanding(broker, topic, bob)}`;
    },
  },
  {
    rule: 'DLV-5',
    tried: 'a message after a connected consumer’s right was taken away',
    outcome: differs(
      'sent nothing, the connection stays open',
      'sent nothing, the connection closed with 4403',
      'who must stop is told (CLS-2); who waits for a right that he had would wait for ever',
    ),
    observe: afterRevocation,
  },
  {
    rule: 'DLV-6',
    tried: 'two messages of which one was acknowledged, after reconnecting',
    outcome: 'sent n',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      for (const payload of ['m', 'n']) await publish(broker, topic, alice, { payload });
      {
        await using consumer = await connect(broker, `${topic}/c`, alice);
        const [first, second] = await consumer.messages(2);
        consumer.acknowledge(first.payload === 'm' ? first : second);
        await fence(broker);
      }
      return `sent ${await outstanding(broker, topic, alice)}`;
    },
  },
  {
    rule: 'DLV-9',
    tried: 'a published `ping`, live and outstanding',
    outcome: differs(
      'delivered, is outstanding',
      'delivered, not outstanding',
      'every tab of a browser pings every 10 s; pings that nobody was there for are no work to make up for',
    ),
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await using consumer = await connect(broker, `${topic}/c`, alice);
      await publish(broker, topic, alice, { payload: 'from a browser', properties: { messageType: 'ping' } });
      const live = await payloads(broker, consumer);
      const later = (await outstanding(broker, topic, alice)) === 'nothing' ? 'not' : 'is';
      return `${live === 'from a browser' ? 'delivered' : 'not delivered'}, ${later} outstanding`;
    },
  },
];

async function afterRevocation(broker: ComparedBroker): Promise<string> {
  const { topic, alice } = await openTopic(broker);
  const bob = await broker.user();
  await broker.grant(topic, { can_consume: [bob] });
  await using consumer = await connect(broker, `${topic}/c`, bob);
  await publish(broker, topic, alice, { payload: 'before' });
  await consumer.nextMessage();
  await broker.revoke(topic, { can_consume: [bob] });
  await publish(broker, topic, alice, { payload: 'after' });
  return `sent ${await payloads(broker, consumer)}, the connection ${await ending(consumer)}`;
}
