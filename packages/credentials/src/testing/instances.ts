import { natsClient, randomNamespace } from '@dasf-broker/testing';
import { type ServiceTokenRequest, ServiceTokens } from '../service-tokens.ts';
import { Tickets } from '../tickets.ts';

/** Instances on one bucket, each with a connection of its own, as edges and apis have them. */
export function testInstances(url?: string) {
  const options = { namespace: randomNamespace(), replicas: 1 };
  const opened = new AsyncDisposableStack();
  const client = async (over: string | undefined) => {
    const nc = await natsClient(over);
    opened.defer(() => nc.close());
    return nc;
  };
  return {
    options,
    serviceTokens: async (over = url) => {
      const nc = await client(over);
      await ServiceTokens.prepare(nc, options);
      return opened.use(await ServiceTokens.open(nc, options));
    },
    tickets: async (over = url, lifetime?: number) => {
      const nc = await client(over);
      await Tickets.prepare(nc, options, lifetime);
      return await Tickets.open(nc, options, lifetime);
    },
    client: (over = url) => client(over),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

export function aRequest(change: Partial<ServiceTokenRequest> = {}): ServiceTokenRequest {
  return {
    name: 'tides on cluster 3',
    subject: 'tides',
    permissions: ['can_consume:tides'],
    creator: 'olga',
    expires: null,
    ...change,
  };
}
