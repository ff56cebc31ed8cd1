import { eventually, HeldLine, OwnNatsServer } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';
import { aMessage } from './testing/events.ts';
import { idsOf, TestLog } from './testing/test-log.ts';

/** What is promised after the deadline may come this much later. */
const SLACK_MS = 700;

describe('PUB-9: an append without an answer', () => {
  it('rejects at its deadline, however many wait', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using log = await TestLog.open({ url: line.url, deadline: 300 });
    line.hold();
    const began = performance.now();
    const waiting = Array.from({ length: 1200 }, (_, index) => log.appender.append(0, aMessage(`m${index}`)));
    const outcomes = await Promise.allSettled(waiting);
    expect(performance.now() - began).toBeLessThan(300 + SLACK_MS);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'LOG_UNREACHABLE' } });
    }
    line.release();
  });

  it('is settled by a retry with the same id', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using log = await TestLog.open({ url: line.url, deadline: 300 });
    line.hold();
    const unheard = ['a', 'b'].map((id) => log.appender.append(0, aMessage(id)));
    await Promise.all(unheard.map((one) => expect(one).rejects.toMatchObject({ code: 'LOG_UNREACHABLE' })));
    line.release();
    await Promise.all(['b', 'c', 'a'].map((id) => log.appender.append(0, aMessage(id))));
    expect(idsOf(await log.events())).toEqual(['a', 'b', 'c']);
  });

  it('is told, by partition, until that takes something again', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using log = await TestLog.open({ url: line.url, partitions: 2, deadline: 300 });
    line.hold();
    await expect(log.appender.append(0, aMessage('a'))).rejects.toThrow();
    line.release();
    await log.appender.append(1, aMessage('b'));
    expect([...log.appender.faults]).toEqual([[0, 'The log did not answer in time.']]);
    await log.appender.append(0, aMessage('a'));
    expect([...log.appender.faults]).toEqual([]);
  });
});

describe('when the connection is lost for a moment', () => {
  it('what was under way is rejected at once, and what follows is stored', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using log = await TestLog.open({ url: line.url, deadline: 20_000 });
    line.hold();
    const began = performance.now();
    const underWay = log.appender.append(0, aMessage('a'));
    const rejected = expect(underWay).rejects.toMatchObject({ code: 'LOG_UNREACHABLE' });
    await eventually(() => line.held > 0);
    const waiting = ['a', 'b', 'c'].map((id) => log.appender.append(0, aMessage(id)));
    line.cut();
    await rejected;
    line.release();
    await Promise.all(waiting);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(idsOf(await log.events())).toEqual(['a', 'b', 'c']);
  });
});

describe('answers and acknowledgements, which their senders do not send again', () => {
  const anAnswer = (id: string) => aMessage(id, { clientId: false, sourceTopic: 'weather' });

  it('are stored once where the connection is lost before or after they were', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using log = await TestLog.open({ url: line.url, deadline: 20_000 });
    line.hold();
    // The log stores them and its word is lost on the way back.
    const answers = ['a', 'b'].map((id) => log.appender.append(0, anAnswer(id)));
    const request = log.appender.append(0, aMessage('r', { clientId: false }));
    const rejected = expect(request).rejects.toMatchObject({ code: 'LOG_UNREACHABLE' });
    await eventually(() => line.held > 0);
    const later = log.appender.append(0, anAnswer('c'));
    line.cut();
    line.release();
    await Promise.all([...answers, later, rejected]);
    expect(idsOf(await log.events())).toEqual(['a', 'b', 'r', 'c']);
  });

  it('are stored where the connection is lost: an acknowledgement', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using log = await TestLog.open({ url: line.url, deadline: 20_000 });
    line.hold();
    const { topic, uid, user } = aMessage('a');
    const acknowledged = log.appender.append(0, { type: 'ack', topic, uid, user, sequences: [1] });
    await eventually(() => line.held > 0);
    line.cut();
    line.release();
    await acknowledged;
    expect((await log.events()).at(-1)).toMatchObject({ type: 'ack', sequences: [1] });
  });

  it('are rejected at the deadline', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using log = await TestLog.open({ url: line.url, deadline: 300 });
    line.hold();
    const began = performance.now();
    await expect(log.appender.append(0, anAnswer('a'))).rejects.toMatchObject({ code: 'LOG_UNREACHABLE' });
    expect(performance.now() - began).toBeLessThan(300 + SLACK_MS);
    line.release();
  });
});

describe.skipIf(!inject('natsServerBinary'))('PUB-9: while NATS is away', () => {
  it('appends are rejected within the deadline; afterwards they go on, and nothing answered is lost', async () => {
    await using server = await OwnNatsServer.start();
    await using log = await TestLog.open({ url: server.url, deadline: 500 });
    await Promise.all(['a', 'b'].map((id) => log.appender.append(0, aMessage(id))));

    await server.kill();
    const began = performance.now();
    const away = ['c', 'd'].map((id) => log.appender.append(0, aMessage(id)));
    await Promise.all(away.map((one) => expect(one).rejects.toMatchObject({ name: 'AppendError' })));
    expect(performance.now() - began).toBeLessThan(500 + SLACK_MS);

    await server.startAgain();
    await eventually(() =>
      log.appender.append(0, aMessage('e')).then(
        () => true,
        () => false,
      ),
    );
    // De-duplication survives the crash, too.
    await Promise.all(['a', 'f', 'b', 'e'].map((id) => log.appender.append(0, aMessage(id))));
    const stored = idsOf(await log.events());
    expect(stored.filter((id) => id !== 'c' && id !== 'd')).toEqual(['a', 'b', 'e', 'f']);
  });
});
