import { LogStreams } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import { closing, TopicRegistry } from '@dasf-broker/registry';
import { eventually, natsClient } from '@dasf-broker/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withoutOwnBroker } from './given.ts';
import { useOwnBroker } from './scene.ts';

const elsewhere = withoutOwnBroker('clean-up', 'a store that is in a hurry');
const scene = useOwnBroker({ DASF_RESPONSE_TOPIC_IDLE: '1s' }, { cleanUp: 200, registryStaleness: 500 });

let nc: Awaited<ReturnType<typeof natsClient>>;
beforeAll(async () => {
  nc = await natsClient();
});
afterAll(() => nc.close());

const registryOf = () => TopicRegistry.open(nc, { namespace: scene.broker.namespace, replicas: 1 });

/** A public topic with a module, and a caller who has the name of a response topic. */
async function call() {
  const { topic, token: module } = await scene.madeTopic('module');
  await scene.administer('PATCH', `/${topic}`, { public: true });
  const answers = `${topic}_abcdefgh` as Slug;
  const carol = await scene.token('carol');
  return {
    topic,
    answers,
    carol,
    module,
    ask: async (requestContext?: string) => {
      await using caller = await scene.connect(topic, { token: carol });
      const properties = { messageType: 'request', response_topic: answers, requestContext };
      return (await caller.publish({ properties })).result;
    },
    answer: async (requestContext: string, messageType = 'response') => {
      await using producer = await scene.connect(answers, { token: module });
      return await producer.publish({ payload: 'x', properties: { messageType, requestContext } });
    },
    listen: () => scene.connect(`${answers}/carol`, { token: carol }),
  };
}

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(elsewhere)('GC-1 a response topic that nobody uses', () => {
  it('is removed; who listens then waits, and gets what comes when it is made again', async () => {
    await using registry = await registryOf();
    const { answers, ask, answer, listen } = await call();
    expect(await ask()).toBe('ok');
    await eventually(() => registry.get(answers));
    await eventually(() => registry.get(answers) === undefined);
    expect((await answer('1')).errorMsg).toBe(`Topic ${answers} does not exist.`);
    await using carol = await listen();
    expect(await ask('1')).toBe('ok');
    expect((await answer('1')).result).toBe('ok');
    expect((await carol.nextMessage()).payload).toBe('x');
  });

  it('is kept while messages on it are outstanding, and while somebody listens (GC-2)', async () => {
    await using registry = await registryOf();
    const { answers, ask, answer, listen } = await call();
    await ask();
    expect((await answer('1')).result).toBe('ok');
    await later(2500);
    const carol = await listen();
    carol.acknowledge(await carol.nextMessage());
    await later(2500);
    expect(registry.get(answers)).toBeDefined();
    expect(carol.isOpen).toBe(true);
    await carol[Symbol.asyncDispose]();
    await eventually(() => registry.get(answers) === undefined);
  });
});

describe.skipIf(elsewhere)('GC-3 an open request', () => {
  it('keeps its response topic, whoever is gone; the answer is accepted and waits', async () => {
    const { ask, answer, listen } = await call();
    const first = await listen();
    expect(await ask('7')).toBe('ok');
    await first[Symbol.asyncDispose]();
    await later(2500);
    expect((await answer('7', 'progress')).result).toBe('ok');
    expect((await answer('7')).result).toBe('ok');
    await using second = await listen();
    expect((await second.messages(2)).map((message) => message.payload)).toEqual(['x', 'x']);
  });

  it('also where nothing is stored', async () => {
    await using registry = await registryOf();
    const { topic, answers, ask, answer } = await call();
    await scene.administer('PATCH', `/${topic}`, { storeMessages: 'disabled' });
    expect(await ask('7')).toBe('ok');
    await eventually(() => registry.get(answers));
    await scene.administer('PATCH', `/${answers}`, { storeMessages: 'disabled' });
    await later(2500);
    expect((await answer('7')).result).toBe('ok');
    await eventually(() => registry.get(answers) === undefined);
  });
});

describe.skipIf(elsewhere)('a response topic that is closing', () => {
  it('GC-2 is kept by a consumer that is connected', async () => {
    await using registry = await registryOf();
    const { answers, ask, listen } = await call();
    await using carol = await listen();
    await ask();
    await eventually(() => registry.get(answers));
    const { revision } = await registry.update(answers, closing);
    await eventually(() => registry.get(answers)?.closing === undefined);
    expect((await registry.lead(answers))?.revision).toBeGreaterThan(revision);
    expect(carol.isOpen).toBe(true);
  });

  it('GC-2 is kept by a consumer that the store has lost, and who is known again after that', async () => {
    await using registry = await registryOf();
    const database = new pg.Client({ connectionString: scene.broker.databaseUrl });
    await database.connect();
    const { answers, ask, listen } = await call();
    await using carol = await listen();
    await ask();
    const { uid } = await eventually(() => registry.get(answers));
    const rows = async () =>
      (await database.query('select 1 from presence where topic_uid = $1', [uid])).rows.length;
    try {
      await eventually(async () => (await rows()) === 1);
      await database.query('delete from presence where topic_uid = $1', [uid]);
      await eventually(async () => (await rows()) === 1);
    } finally {
      await database.end();
    }
    expect(registry.get(answers)?.uid).toBe(uid);
    expect(carol.isOpen).toBe(true);
  });

  it('is kept by a message, and by one that names it', async () => {
    await using registry = await registryOf();
    const { answers, ask, answer } = await call();
    await ask('1');
    await registry.update(answers, closing);
    expect((await answer('1', 'progress')).result).toBe('ok');
    expect((await registry.lead(answers))?.closing).toBeUndefined();
    const uid = registry.get(answers)?.uid;
    await registry.update(answers, closing);
    expect(await ask('2')).toBe('ok');
    expect(await registry.lead(answers)).toMatchObject({ uid });
    expect((await registry.lead(answers))?.closing).toBeUndefined();
  });

  it('CLS-2 that is removed all the same closes nobody: its consumers wait', async () => {
    await using registry = await registryOf();
    const { answers, ask, answer, listen } = await call();
    await using carol = await listen();
    await ask();
    await answer('1');
    carol.acknowledge(await carol.nextMessage());
    let removed = false;
    while (!removed) removed = await registry.removeUnchanged(await registry.update(answers, closing));
    await carol.silence();
    expect(carol.isOpen).toBe(true);
    expect(await ask('2')).toBe('ok');
    expect((await answer('2')).result).toBe('ok');
    expect((await carol.nextMessage()).properties.requestContext).toBe('2');
  });

  it('RSP-5, CLS-2: an operator who deletes its source ends its consumers', async () => {
    const { topic, ask, answer, listen } = await call();
    await using carol = await listen();
    await ask();
    await answer('1');
    await carol.nextMessage();
    await scene.administer('DELETE', `/${topic}`);
    expect((await carol.closed).code).toBe(4404);
  });
});

describe.skipIf(elsewhere)('DLV-2, DLV-7 after a truncation of the log', () => {
  it('a connected consumer gets what comes, and a new one what is outstanding', async () => {
    await using registry = await registryOf();
    const { topic, token } = await scene.madeTopic('module');
    const partition = registry.get(topic as Slug)?.partition ?? 0;
    const options = { namespace: scene.broker.namespace, partitions: 4, replicas: 1, dedupWindow: 600_000 };
    const streams = await LogStreams.open(nc, options);
    await using connected = await scene.connect(`${topic}/a`, { token });
    await using producer = await scene.connect(topic, { token });
    for (const payload of ['1', '2', '3']) await producer.publish({ payload });
    expect((await connected.messages(3)).map((message) => message.payload)).toEqual(['1', '2', '3']);
    const { last } = await streams.end(partition);
    // That it gets its backlog shows that all this is folded.
    await using fresh = await scene.connect(`${topic}/b`, { token });
    await fresh.messages(3);
    await streams.truncate(partition, last);
    for (const payload of ['4', '5']) await producer.publish({ payload });
    for (const consumer of [connected, fresh]) {
      expect((await consumer.messages(2)).map((message) => message.payload)).toEqual(['4', '5']);
    }
    await using late = await scene.connect(`${topic}/c`, { token });
    expect((await late.messages(5)).map((message) => message.payload)).toEqual(['1', '2', '3', '4', '5']);
  });
});
