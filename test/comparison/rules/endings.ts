import { type Comparison, differs } from '../comparison.ts';
import { connect } from '../connect.ts';
import { ending } from '../observe.ts';
import { openTopic } from '../topics.ts';

export const endingsCompared: readonly Comparison[] = [
  {
    rule: 'CLS-1',
    tried: 'what a connected client sees when the broker is stopped for an update',
    outcome: 'closed with 1006',
    setup: 'to be stopped',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await using consumer = await connect(broker, `${topic}/c`, alice);
      await consumer.next();
      await broker.stop();
      return await ending(consumer);
    },
  },
  {
    rule: 'CLS-2',
    tried: 'what a connected consumer sees when an operator deletes the topic',
    outcome: differs('stays open', 'closed with 4404', 'who must stop is told'),
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await using consumer = await connect(broker, `${topic}/c`, alice);
      await consumer.next();
      await broker.remove(topic);
      return await ending(consumer);
    },
  },
  {
    rule: 'CLS-2',
    tried: 'the same, for one who never had the right to consume it',
    outcome: 'stays open',
    async observe(broker) {
      const topic = await broker.topic();
      await using consumer = await connect(broker, `${topic}/c`, await broker.user());
      await broker.remove(topic);
      return await ending(consumer);
    },
  },
];
