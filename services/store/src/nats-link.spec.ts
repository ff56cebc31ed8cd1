import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { NatsConnection } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { NatsLink } from './nats-link.ts';

it('tells of reconnections until that is ended, and of nothing else', async () => {
  const { nc, say } = connection();
  const link = new NatsLink(nc);
  let told = 0;
  const end = link.onReconnect(() => {
    told += 1;
  });
  await say('disconnect');
  expect(told).toBe(0);
  await say('reconnect');
  expect(told).toBe(1);
  end();
  await say('reconnect');
  expect(told).toBe(1);
});

it('does not hold on to who has heard of a reconnection and left', async () => {
  const { nc, say } = connection();
  const link = new NatsLink(nc);
  const left = await hearOnce(link, say);
  // Making a reference holds what it refers to until the turn is over.
  await aTurn();
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  expect(left.deref()).toBeUndefined();
  expect(link).toBeDefined();
});

async function hearOnce(link: NatsLink, say: Say): Promise<WeakRef<object>> {
  const heard: string[] = [];
  const end = link.onReconnect(() => heard.push('reconnect'));
  await say('reconnect');
  end();
  expect(heard).toHaveLength(1);
  return new WeakRef(heard);
}

type Say = (type: string) => Promise<void>;

function connection(): { readonly nc: NatsConnection; readonly say: Say } {
  let next = Promise.withResolvers<{ type: string }>();
  const status = async function* () {
    for (;;) yield await next.promise;
  };
  const say = async (type: string) => {
    const said = next;
    next = Promise.withResolvers();
    said.resolve({ type });
    await aTurn();
  };
  return { nc: { status } as unknown as NatsConnection, say };
}

function aTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
