import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ImportProgressed, MessagePublished } from './events.ts';
import { ImportLog } from './import-log.ts';
import { aMessage } from './testing/events.ts';
import { idsOf, TestLog } from './testing/test-log.ts';

const upTo = (messages: number): ImportProgressed => ({
  type: 'imported',
  source: 'old',
  topics: 1,
  messages,
});

async function open() {
  await using stack = new AsyncDisposableStack();
  const log = stack.use(await TestLog.open());
  const imports = stack.use(await ImportLog.open(log.nc, log.streams.subjects, 5000));
  const closing = stack.move();
  return { log, imports, [Symbol.asyncDispose]: () => closing.disposeAsync() };
}

describe('an import', () => {
  it('goes on where the log says that it is', async () => {
    await using scene = await open();
    const { imports, log } = scene;
    expect(await imports.newest(0)).toEqual({ sequence: 0 });
    const first = await imports.append(0, [aMessage('a'), aMessage('b')], upTo(2), 0);
    await log.appender.append(0, aMessage('of somebody'));
    expect(await imports.newest(0)).toEqual({ sequence: 3, event: upTo(2) });
    expect(await imports.append(0, [aMessage('c')], upTo(3), first)).toBe(6);
    expect(idsOf(await log.events())).toEqual(['a', 'b', 'imported', 'of somebody', 'c', 'imported']);
  });

  it('stores nothing of a batch that is there already, or that another import has overtaken', async () => {
    await using scene = await open();
    const { imports, log } = scene;
    expect(await imports.append(0, [aMessage('a')], upTo(1), 0)).toBe(2);
    // As after an answer that was lost.
    expect(await imports.append(0, [aMessage('a')], upTo(1), 0)).toBe(2);
    await expect(imports.append(0, [aMessage('x')], upTo(2), 0)).rejects.toThrow(
      'Another import is under way',
    );
    expect(idsOf(await log.events())).toEqual(['a', 'imported']);
  });

  it('carries frames of any size', async () => {
    await using scene = await open();
    const { imports, log } = scene;
    const frame = randomBytes(700_000);
    const last = await imports.append(0, [aMessage('large', { frame }), aMessage('small')], upTo(2), 0);
    const events = await log.events();
    expect(idsOf(events)).toEqual(['piece', 'piece', 'piece', 'large', 'small', 'imported']);
    expect(last).toBe(6);
    const { pieces = [] } = events[3] as MessagePublished;
    const parts = pieces
      .map((sequence) => events[sequence - 1])
      .flatMap((one) => (one?.type === 'piece' ? [one.part] : []));
    expect(Buffer.concat(parts).equals(frame)).toBe(true);
  });

  it('says what is more than the log takes', async () => {
    await using scene = await open();
    const deliveredTo = Array.from({ length: 10_000 }, (_, index) => `user-${index}`);
    const append = scene.imports.append(0, [aMessage('a', { deliveredTo })], upTo(1), 0);
    await expect(append).rejects.toMatchObject({ code: 'EVENT_TOO_LARGE' });
  });
});
