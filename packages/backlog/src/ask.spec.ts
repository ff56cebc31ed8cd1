import { Subjects } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import { natsClient, randomNamespace } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { askBacklog } from './ask.ts';
import type { BacklogPage } from './page-codec.ts';
import type { BacklogQuestion } from './question.ts';
import { type BacklogAnswerer, serveBacklog } from './serve.ts';

const question: BacklogQuestion = {
  partition: 3,
  topic: 'Köln' as Slug,
  uid: 'u',
  user: 'Zoë, "root"',
  after: 5,
  upTo: 9,
};
const page: BacklogPage = {
  more: false,
  messages: [{ sequence: 7, messageId: 'm', frame: Buffer.from('{"a":"ü"}') }],
};

async function store(answer: BacklogAnswerer['page'], partition = 3) {
  const nc = await natsClient();
  const subjects = new Subjects(randomNamespace());
  const served = serveBacklog(nc, subjects, partition, { page: answer, piece: async () => undefined });
  await nc.flush();
  return {
    served,
    ask: (asked = question, timeout = 5000) => askBacklog(nc, subjects, asked, timeout),
    [Symbol.asyncDispose]: () => nc.close(),
  };
}

describe('askBacklog', () => {
  it('is answered with the page of whichever store holds the partition', async () => {
    const asked: BacklogQuestion[] = [];
    await using held = await store(async (one) => {
      asked.push(one);
      return page;
    });
    const answer = await held.ask();
    expect(asked).toEqual([question]);
    expect(answer).toMatchObject({ more: false });
    expect(answer.messages.map(({ frame }) => Buffer.from(frame).toString())).toEqual(['{"a":"ü"}']);
  });

  it.each([new Error('The database is away: "ü"\nline 2.'), 'no error at all'])(
    'tells why: %s',
    async (reason) => {
      await using held = await store(() => Promise.reject(reason));
      await expect(held.ask()).rejects.toMatchObject({
        code: 'BACKLOG_UNAVAILABLE',
        message: expect.stringContaining(reason instanceof Error ? reason.message : 'unknown'),
      });
    },
  );

  it('is answered also by a store that has taken the question and takes no more', async () => {
    const taken = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<BacklogPage>();
    await using held = await store(() => {
      taken.resolve();
      return answer.promise;
    });
    const asked = held.ask();
    await taken.promise;
    held.served.close();
    let isSettled = false;
    const settled = held.served.settled().then(() => {
      isSettled = true;
    });
    await new Promise(setImmediate);
    expect(isSettled).toBe(false);
    answer.resolve(page);
    await settled;
    expect(await asked).toMatchObject({ more: false });
  });

  it('goes on after an error', async () => {
    const answers = [() => Promise.reject(new Error('busy')), () => Promise.resolve(page)];
    await using held = await store(() => (answers.shift() as () => Promise<BacklogPage>)());
    await expect(held.ask()).rejects.toThrow('busy');
    expect((await held.ask()).messages).toHaveLength(1);
  });

  it('says so at once where no store holds the partition', async () => {
    await using held = await store(async () => page);
    const began = performance.now();
    await expect(held.ask({ ...question, partition: 4 }, 60_000)).rejects.toMatchObject({
      code: 'BACKLOG_UNAVAILABLE',
    });
    expect(performance.now() - began).toBeLessThan(5000);
    held.served.close();
    await expect(held.ask()).rejects.toMatchObject({ code: 'BACKLOG_UNAVAILABLE' });
  });

  it('does not wait for ever for a store that is stuck', async () => {
    await using held = await store(() => new Promise(() => {}));
    await expect(held.ask(question, 100)).rejects.toMatchObject({ code: 'BACKLOG_UNAVAILABLE' });
  });

  it('gets an error where the page is larger than NATS takes', async () => {
    const frame = Buffer.alloc(9_000_000);
    await using held = await store(async () => ({
      ...page,
      messages: [{ sequence: 7, messageId: 'm', frame }],
    }));
    await expect(held.ask()).rejects.toThrow('The store cannot answer');
  });
});
