import { Refusals } from '@dasf-broker/nats';
import { describe, expect, it } from 'vitest';
import { AsciiHeaders } from './ascii-headers.ts';
import { ConnectionWatch } from './connection-watch.ts';
import type { Group } from './group.ts';
import { GroupWriter } from './group-writer.ts';
import { aMessage } from './testing/events.ts';
import { TestLog } from './testing/test-log.ts';

interface Told extends Group {
  outcome: string;
}

/** One entry to this subject. */
function groupTo(subject: string, repeats = false): Told {
  const entries = [{ subject, headers: new AsciiHeaders(), body: Buffer.from('{}') }];
  const group: Told = {
    ...{ entries, bytes: 2, repeats, expires: performance.now() + 30_000, outcome: 'none' },
    stored: () => {
      group.outcome = 'stored';
    },
    failed: ({ code }) => {
      group.outcome = code;
    },
  };
  return group;
}

/** A log, what writes to it, a subject that it stores and one that nobody takes. */
async function open() {
  const log = await TestLog.open();
  const stack = new AsyncDisposableStack();
  stack.use(log);
  const connection = stack.use(new ConnectionWatch(log.nc));
  const writer = new GroupWriter(log.nc, connection, stack.use(new Refusals(log.nc)));
  const stored = log.streams.subjects.stored(0, aMessage('a'));
  return {
    ...{ writer, stored, nobodys: `${stored.replace('.log.', '.nolog.')}` },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

describe('what the log did not take', () => {
  it('goes again where nothing that was called later is stored', async () => {
    await using log = await open();
    const groups = [groupTo(log.stored), groupTo(log.nobodys), groupTo(log.nobodys)];
    expect(await log.writer.store(groups)).toEqual(groups.slice(1));
    expect(groups.map(({ outcome }) => outcome)).toEqual(['stored', 'none', 'none']);
  });

  it('fails where something that was called later is stored: it would come behind that', async () => {
    await using log = await open();
    const groups = [groupTo(log.nobodys), groupTo(log.stored), groupTo(log.nobodys)];
    expect(await log.writer.store(groups)).toEqual(groups.slice(2));
    expect(groups.map(({ outcome }) => outcome)).toEqual(['LOG_UNREACHABLE', 'stored', 'none']);
  });

  it('goes again in any case where its sender does not send it again', async () => {
    await using log = await open();
    const groups = [groupTo(log.nobodys, true), groupTo(log.stored)];
    expect(await log.writer.store(groups)).toEqual(groups.slice(0, 1));
  });
});

describe('how groups go', () => {
  const batchesOf = async (count: number) => {
    await using log = await TestLog.open();
    const sent: string[] = [];
    const subscription = log.nc.subscribe(log.streams.subjects.stored(0, aMessage('a')), {
      callback: (_error, message) => void sent.push(message.headers?.get('Nats-Batch-Id') ?? ''),
    });
    await Promise.all(
      Array.from({ length: count }, (_, index) => log.appender.append(0, aMessage(`${index}`))),
    );
    await log.nc.flush();
    subscription.unsubscribe();
    expect(sent).toHaveLength(count);
    return new Set(sent);
  };

  it('few: each by itself', async () => {
    expect(await batchesOf(16)).toEqual(new Set(['']));
  });

  it('many: in one atomic batch', async () => {
    const batches = await batchesOf(17);
    expect(batches.size).toBe(1);
    expect(batches).not.toContain('');
  });
});
