import type { Slug } from '@dasf-broker/protocol';
import { eventually, HeldLine, OwnNatsServer } from '@dasf-broker/testing';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { describe, expect, inject, it } from 'vitest';
import { EVENT_HEADER, encodeEvent } from './event-codec.ts';
import { PIECE_BYTES } from './pieces.ts';
import { readLog } from './reader.ts';
import type { LogRecord, UnreadableRecord } from './records.ts';
import { aMessage, aPing } from './testing/events.ts';
import { comparable, idsOf, TestLog } from './testing/test-log.ts';

/** Reads in the background until it is disposed of. */
function follow(log: TestLog, from = 1) {
  const end = new AbortController();
  const records: (LogRecord | UnreadableRecord)[] = [];
  const done = (async () => {
    for await (const record of readLog(log.nc, log.streams, 0, from, end.signal)) records.push(record);
  })();
  return {
    records,
    ids: () => idsOf(records.map(({ event }) => event)),
    done,
    end: () => end.abort(),
    async [Symbol.asyncDispose]() {
      end.abort();
      await done;
    },
  };
}

/** Of the client library, for what it asks of JetStream. */
const REQUEST_TIMEOUT_MS = 5000;

const append = (log: TestLog, ...ids: string[]) => log.appender.append(0, ...ids.map((id) => aMessage(id)));

describe('readLog', () => {
  it('begins at the sequence that is asked for and goes on with what comes', async () => {
    await using log = await TestLog.open();
    await append(log, 'a', 'b', 'c', 'd');
    await using reader = follow(log, 3);
    await eventually(() => reader.records.length === 2);
    await append(log, 'e');
    await append(log, 'f');
    await eventually(() => reader.records.length === 4);
    expect(reader.ids()).toEqual(['c', 'd', 'e', 'f']);
    expect(reader.records.map(({ sequence }) => sequence)).toEqual([3, 4, 5, 6]);
  });

  it('gives each record its place and time', async () => {
    await using log = await TestLog.open();
    const before = Date.now();
    await append(log, 'a');
    const [record] = await log.read(1);
    expect(record).toMatchObject({ partition: 0, sequence: 1 });
    expect(comparable(record?.event)).toEqual(aMessage('a'));
    expect(Number.isInteger(record?.time)).toBe(true);
    expect(record?.time).toBeGreaterThanOrEqual(before);
    expect(record?.time).toBeLessThanOrEqual(Date.now());
  });

  it('T16: takes no event from where events of another type or topic are stored', async () => {
    await using log = await TestLog.open();
    const { headers, body } = encodeEvent(aMessage('forged'));
    const { subjects } = log.streams;
    const others = [aPing('p'), aMessage('m', { topic: 'other' as Slug })];
    for (const other of others)
      await jetstream(log.nc).publish(subjects.stored(0, other), body, { headers: headers.forNats });
    for (const record of await log.read(others.length)) {
      expect(record).toMatchObject({ event: undefined, reason: expect.stringMatching(/cannot stand on/) });
    }
  });

  it('waits in an empty log, and where it begins beyond the end', async () => {
    await using log = await TestLog.open();
    await using reader = follow(log);
    await using beyond = follow(log, 3);
    await append(log, 'a', 'b', 'c');
    await eventually(() => reader.records.length === 3 && beyond.records.length === 1);
    expect(beyond.ids()).toEqual(['c']);
  });

  it('reads more than is fetched ahead, in order', async () => {
    await using log = await TestLog.open();
    const ids = Array.from({ length: 2500 }, (_, index) => `m${index}`);
    await Promise.all(ids.map((id) => append(log, id)));
    expect(idsOf(await log.events())).toEqual(ids);
  });

  it('reads pieces of large frames of all partitions over one connection, which the server does not end', async () => {
    const partitions = 4;
    const pieces = 130;
    await using log = await TestLog.open({ partitions });
    const frame = Buffer.alloc(PIECE_BYTES, 'x');
    for (let partition = 0; partition < partitions; partition += 1) {
      for (let index = 0; index < pieces; index += 1)
        await log.appender.append(partition, aMessage(`m${index}`, { frame }));
    }
    let disconnects = 0;
    void (async () => {
      for await (const { type } of log.nc.status()) if (type === 'disconnect') disconnects += 1;
    })();
    const all = Array.from({ length: partitions }, (_, partition) => log.read(pieces, 1, partition));
    for (const records of await Promise.all(all)) expect(records).toHaveLength(pieces);
    expect(disconnects).toBe(0);
  });

  it('ends when it is aborted, before, while and after it waits', async () => {
    await using log = await TestLog.open();
    await append(log, 'a');
    const before = follow(log);
    before.end();
    await before.done;
    const waiting = follow(log);
    await eventually(() => waiting.records.length === 1);
    waiting.end();
    await waiting.done;
    const never = readLog(log.nc, log.streams, 0, 1, AbortSignal.abort());
    expect(await never.next()).toEqual({ done: true, value: undefined });
  });

  it('gives what cannot be read as such, and goes on', async () => {
    await using log = await TestLog.open();
    const js = jetstream(log.nc);
    const subject = `${log.streams.subjects.namespace}.log.0.pong`;
    const wrong = headers();
    wrong.set(EVENT_HEADER, '{"type":"unheard-of"}');
    await append(log, 'a');
    await js.publish(subject, 'junk');
    await js.publish(subject, 'more', { headers: wrong });
    await append(log, 'b');

    const [first, junk, more, last] = await log.read(4);
    expect(idsOf([first?.event, last?.event])).toEqual(['a', 'b']);
    expect(junk).toMatchObject({ partition: 0, sequence: 2, event: undefined, subject, headers: '' });
    expect(more).toMatchObject({
      sequence: 3,
      event: undefined,
      reason: expect.stringContaining('unheard-of'),
    });
    expect((more as UnreadableRecord).headers).toContain('unheard-of');
    // Nor is it of a newer version: that would stand on a subject of its own.
    expect(more).not.toHaveProperty('newerType');
    expect(Buffer.from((junk as UnreadableRecord).body).toString()).toBe('junk');
  });
});

describe('an event of a type that this version does not know', () => {
  it.each([
    ['unheard-of', 'log.0.unheard-of', 'unheard-of'],
    ['unheard-of', 'log.0.unheard-of.dG9waWM', 'unheard-of'],
    ['unheard-of', 'log.0.unheard', undefined],
    ['unheard-of', 'log.0.message.topic', undefined],
    ['message.topic', 'log.0.message.topic', undefined],
    ['toString', 'log.0.toString', undefined],
  ])('%s on %s is one of a newer version: %s', async (type, subject, newerType) => {
    await using log = await TestLog.open();
    const head = headers();
    head.set(EVENT_HEADER, JSON.stringify({ type }));
    await jetstream(log.nc).publish(`${log.streams.subjects.namespace}.${subject}`, 'x', { headers: head });
    const [record] = await log.read(1);
    expect(record?.event).toBeUndefined();
    expect((record as UnreadableRecord).newerType).toBe(newerType);
  });
});

describe('DLV-7: after a loss the reader goes on, nothing twice, nothing missing', () => {
  it('of the connection', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using log = await TestLog.open({ url: line.url });
    await append(log, 'a', 'b');
    await using reader = follow(log);
    await eventually(() => reader.records.length === 2);
    line.cut();
    await eventually(() => append(log, 'c').then(...yesOrNo));
    await eventually(() => reader.records.length === 3);
    expect(reader.ids()).toEqual(['a', 'b', 'c']);
  });

  it('of what the server has made for it', async () => {
    await using log = await TestLog.open();
    await append(log, 'a', 'b');
    await using reader = follow(log);
    await eventually(() => reader.records.length === 2);
    const jsm = await jetstreamManager(log.nc);
    const stream = log.streams.subjects.stream(0);
    for await (const { name } of jsm.consumers.list(stream)) await jsm.consumers.delete(stream, name);
    await append(log, 'c');
    await eventually(() => reader.records.length === 3);
    expect(reader.ids()).toEqual(['a', 'b', 'c']);
  });

  it('of what the server has made for it, when that makes no other one at once', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using log = await TestLog.open({ url: line.url });
    await append(log, 'a');
    await using reader = follow(log);
    await eventually(() => reader.records.length === 1);
    const jsm = await jetstreamManager(log.nc);
    const stream = log.streams.subjects.stream(0);
    for await (const { name } of jsm.consumers.list(stream)) await jsm.consumers.delete(stream, name);
    line.hold();
    await eventually(() => line.held > 0);
    await new Promise((resolve) => setTimeout(resolve, REQUEST_TIMEOUT_MS + 500));
    line.release();
    await eventually(() => append(log, 'b').then(...yesOrNo));
    await eventually(() => reader.records.length === 2);
    expect(reader.ids()).toEqual(['a', 'b']);
  }, 60_000);

  it.skipIf(!inject('natsServerBinary'))(
    'of the server, again and again',
    async () => {
      await using server = await OwnNatsServer.start();
      await using log = await TestLog.open({ url: server.url, deadline: 1000 });
      const wanted = ['a', 'b'];
      await append(log, ...wanted);
      await using reader = follow(log);
      await eventually(() => reader.records.length === 2);
      for (const round of [1, 2]) {
        await server.kill();
        await server.startAgain();
        await eventually(() => append(log, `after ${round}`).then(...yesOrNo));
        wanted.push(`after ${round}`);
        await eventually(() => reader.records.length === wanted.length);
      }
      expect(reader.ids()).toEqual(wanted);
    },
    60_000,
  );

  it.skipIf(!inject('natsServerBinary'))(
    'and leaves no subscription where it is ended as the connection comes back',
    async () => {
      await using server = await OwnNatsServer.start();
      await using log = await TestLog.open({ url: server.url, deadline: 1000 });
      await append(log, 'a');
      await log.nc.flush();
      const before = await server.subscriptions();
      for (let round = 0; round < 3; round += 1) {
        await using reader = follow(log);
        await eventually(() => reader.records.length === 1);
        void (async () => {
          for await (const { type } of log.nc.status()) if (type === 'reconnect') return reader.end();
        })();
        await server.kill();
        await server.startAgain();
        await reader.done;
        // What was asked before this is answered by now.
        await eventually(() => log.read(1).then(...yesOrNo));
      }
      await log.nc.flush();
      expect(await server.subscriptions()).toBe(before);
    },
    60_000,
  );
});

const yesOrNo = [() => true, () => false] as const;
