import type { Slug } from '@dasf-broker/protocol';
import { natsClient, randomNamespace } from '@dasf-broker/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import { TopicRegistry } from '../registry.ts';
import { newTopic, type Topic } from '../topic.ts';

export interface TestRegistries extends AsyncDisposable {
  /** Another instance on the same bucket, with a connection of its own. */
  another(over?: string): Promise<TopicRegistry>;
  /** The bucket's name. */
  readonly bucket: string;
  client(): Promise<NatsConnection>;
}

/** Instances of one registry, as edges and the store have them. */
export function testRegistries(url?: string): TestRegistries {
  const options = { namespace: randomNamespace(), replicas: 1 };
  const opened = new AsyncDisposableStack();
  const client = async (over = url) => {
    const nc = await natsClient(over);
    opened.defer(() => nc.close());
    return nc;
  };
  return {
    bucket: `${options.namespace}-topics`,
    client,
    async another(over = url) {
      const nc = await client(over);
      await TopicRegistry.prepare(nc, options);
      return opened.use(await TopicRegistry.open(nc, options));
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

export function aTopic(slug = 'weather'): Topic {
  return newTopic({ slug: slug as Slug, partition: 0, creator: 'ada' });
}
