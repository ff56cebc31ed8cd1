import { createHash, randomBytes } from 'node:crypto';
import type { Slug } from '@dasf-broker/protocol';
import { eventually, HeldLine, natsClient } from '@dasf-broker/testing';
import { describe, expect, inject, it, vi } from 'vitest';
import { Appender } from './appender.ts';
import type { LogEvent, MessagePublished } from './events.ts';
import { Pace } from './pace.ts';
import { PIECE_BYTES, readPiece } from './pieces.ts';
import { aMessage } from './testing/events.ts';
import { TestLog } from './testing/test-log.ts';

const MEBIBYTE = 1024 * 1024;

const large = (id: string, bytes = 3 * MEBIBYTE, chosen: Partial<MessagePublished> = {}) =>
  aMessage(id, { ...chosen, frame: randomBytes(bytes) });
const elsewhere = (id: string) => aMessage(id, { uid: 'another' });

/** The messages of a log, each with its frame put together. */
async function messagesOf(log: TestLog): Promise<{ id: string; frame: Uint8Array }[]> {
  const { last } = await log.streams.end(0);
  const records = await log.read(last);
  const messages = records.flatMap(({ event }) => (event?.type === 'message' ? [event] : []));
  const found: { id: string; frame: Uint8Array }[] = [];
  for (const { messageId, pieces, frame } of messages) {
    const parts: Uint8Array[] = [frame];
    for (const piece of pieces ?? []) parts.push(await readPiece(log.nc, log.streams.subjects, 0, piece));
    found.push({ id: messageId, frame: Buffer.concat(parts) });
  }
  return found;
}

const idsOf = (messages: readonly { id: string }[]) => messages.map(({ id }) => id);
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a large message', () => {
  it('is stored in pieces, then as a message that says where they are', async () => {
    await using log = await TestLog.open();
    const sent = large('a', 3 * PIECE_BYTES + 1);
    await log.appender.append(0, sent);
    const events = await log.events();
    expect(events.map((event) => event?.type)).toEqual([...Array(4).fill('piece'), 'message']);
    expect((events.at(-1) as MessagePublished).pieces?.toSorted()).toEqual([1, 2, 3, 4]);
    const [found] = await messagesOf(log);
    expect(hashOf(found?.frame ?? Buffer.alloc(0))).toBe(hashOf(sent.frame));
  });

  it('DLV-3: keeps its place among those of its topic, and others do not wait for it', async () => {
    await using log = await TestLog.open();
    const sent = [aMessage('a'), large('b'), aMessage('c'), large('d', MEBIBYTE), aMessage('e')];
    const own = sent.map((message) => log.appender.append(0, message));
    await log.appender.append(0, elsewhere('other'));
    await Promise.all(own);
    const ids = idsOf(await messagesOf(log));
    expect(ids.filter((id) => id !== 'other')).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(ids.indexOf('other')).toBeLessThan(ids.indexOf('b'));
  });

  it('DLV-3: keeps its place among those of its user, and other users of its topic do not wait for it', async () => {
    await using log = await TestLog.open();
    const sent = [aMessage('a'), large('b', 16 * MEBIBYTE), aMessage('c')];
    const own = sent.map((message) => log.appender.append(0, message));
    await log.appender.append(0, aMessage('other', { user: 'bob' }));
    await Promise.all(own);
    const ids = idsOf(await messagesOf(log));
    expect(ids.filter((id) => id !== 'other')).toEqual(['a', 'b', 'c']);
    expect(ids.indexOf('other')).toBeLessThan(ids.indexOf('b'));
  });

  it('lets small ones through between its pieces', async () => {
    await using log = await TestLog.open();
    let stored = false;
    const storing = log.appender.append(0, large('large', 16 * MEBIBYTE)).then(() => {
      stored = true;
    });
    for (let number = 0; !stored; number += 1) await log.appender.append(0, elsewhere(`${number}`));
    await storing;
    const types = (await log.events()).map((event) => event?.type);
    const pieces = types.slice(types.indexOf('piece'), types.lastIndexOf('piece'));
    expect(pieces.filter((type) => type === 'message').length).toBeGreaterThan(3);
  });

  it('gives way to everything else with each of its pieces', async () => {
    using paced = vi.spyOn(Pace.prototype, 'run');
    await using log = await TestLog.open();
    await log.appender.append(0, large('a', 4 * PIECE_BYTES));
    expect(paced).toHaveBeenCalledTimes(4);
  });

  it('goes with other events of its call, behind its pieces', async () => {
    await using log = await TestLog.open();
    const joined: LogEvent = { type: 'pong', topic: aMessage('').topic, uid: 'x', user: 'ada' };
    await log.appender.append(0, joined, large('a', PIECE_BYTES + 1));
    expect((await log.events()).map((event) => event?.type)).toEqual(['piece', 'piece', 'pong', 'message']);
  });

  it('PUB-8: is stored once where it is sent again', async () => {
    await using log = await TestLog.open();
    const sent = large('a');
    await Promise.all([log.appender.append(0, sent), log.appender.append(0, sent)]);
    await log.appender.append(0, sent);
    expect(idsOf(await messagesOf(log))).toEqual(['a']);
  });

  it('leaves nothing in the log where its message would not be taken', async () => {
    await using log = await TestLog.open();
    const tooLarge = large('a', 3 * MEBIBYTE, { requestContext: 'x'.repeat(70_000) });
    await expect(log.appender.append(0, tooLarge)).rejects.toMatchObject({ code: 'EVENT_TOO_LARGE' });
    expect(await log.events()).toEqual([]);
  });

  it('of 64 MiB is stored within the deadline, also where there are several', async () => {
    await using log = await TestLog.open({ deadline: 5000 });
    const sent = ['a', 'b', 'c'].map((id) => large(id, 64 * MEBIBYTE, { uid: id }));
    await Promise.all(sent.map((message) => log.appender.append(0, message)));
    const hashes = (messages: readonly { frame: Uint8Array }[]) =>
      messages.map(({ frame }) => hashOf(frame)).toSorted();
    expect(hashes(await messagesOf(log))).toEqual(hashes(sent));
  }, 60_000);

  it('has a connection of its own for its pieces', async () => {
    await using log = await TestLog.open();
    await using bulk = await natsClient();
    await using appender = new Appender(log.nc, log.streams.subjects, { deadline: 5000, bulk });
    await appender.append(0, large('a', 3 * MEBIBYTE));
    expect(log.nc.stats().outBytes).toBeLessThan(10_000);
    expect(bulk.stats().outBytes).toBeGreaterThan(3 * MEBIBYTE);
    expect(idsOf(await messagesOf(log))).toEqual(['a']);
  });
});

it('a piece is missing where something else stands in its place', async () => {
  await using log = await TestLog.open();
  await log.appender.append(0, aMessage('a'));
  log.nc.publish(log.streams.subjects.storedMessages(0, 'weather' as Slug), 'junk');
  await eventually(async () => (await log.streams.end(0)).last === 2);
  for (const sequence of [1, 2]) {
    const piece = readPiece(log.nc, log.streams.subjects, 0, sequence);
    await expect(piece).rejects.toMatchObject({ code: 'PIECE_MISSING' });
  }
});

describe('PUB-9: a large message without an answer', () => {
  it('is given up at its deadline with all that waits for it, however many', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using log = await TestLog.open({ url: line.url, deadline: 400 });
    line.hold();
    const began = performance.now();
    const waiting = ['a', 'b', 'c', 'd'].flatMap((id) => [
      log.appender.append(0, large(id)),
      log.appender.append(0, aMessage(`small ${id}`)),
    ]);
    for (const outcome of await Promise.allSettled(waiting)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'LOG_UNREACHABLE' } });
    }
    expect(performance.now() - began).toBeLessThan(400 + 700);
    line.release();
  });

  it('has its deadline anew with each piece that the log takes', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using log = await TestLog.open({ url: line.url, deadline: 1500 });
    line.hold();
    const began = performance.now();
    const trickle = setInterval(() => {
      line.release();
      line.hold();
    }, 700);
    const waiting = [log.appender.append(0, large('a', 6 * MEBIBYTE)), log.appender.append(0, aMessage('b'))];
    await Promise.all(waiting).finally(() => clearInterval(trickle));
    line.release();
    expect(performance.now() - began).toBeGreaterThan(1500);
    expect(idsOf(await messagesOf(log))).toEqual(['a', 'b']);
  });

  it('is stored once where the connection is lost in the middle of its pieces', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using log = await TestLog.open({ url: line.url, deadline: 20_000 });
    line.hold();
    const sent = large('a');
    const storing = log.appender.append(0, sent);
    await eventually(() => line.held > 0);
    line.cut();
    line.release();
    await storing;
    const messages = await messagesOf(log);
    expect(messages.map(({ frame }) => hashOf(frame))).toEqual([hashOf(sent.frame)]);
  });

  it('leaves nothing that anybody finds where its edge is gone in the middle of its pieces', async () => {
    await using log = await TestLog.open();
    const nc = await natsClient();
    const killed = new Appender(nc, log.streams.subjects, { deadline: 1000 });
    const given = expect(killed.append(0, large('a', 64 * MEBIBYTE))).rejects.toMatchObject({
      code: 'LOG_UNREACHABLE',
    });
    await eventually(async () => (await log.streams.end(0)).last > 3);
    await nc.close();
    await given;
    await log.appender.append(0, large('b'));
    expect(idsOf(await messagesOf(log))).toEqual(['b']);
  });
});
