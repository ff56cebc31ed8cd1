import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { HeldLine, natsClient, OwnNatsServer, randomNamespace } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';
import { closeNats, connectNats } from './connection.ts';

/** A closing that waits for nobody takes no longer than its flush may, and what a busy machine adds. */
const AT_ONCE_MS = 1500;

const CHILD = new URL('testing/close-after-publish.ts', import.meta.url).pathname;

async function timeToClose(nc: Awaited<ReturnType<typeof connectNats>>): Promise<number> {
  const began = performance.now();
  await closeNats(nc);
  return performance.now() - began;
}

describe('closing a connection', () => {
  it('throws nothing at the process where the peer has just ended the line and more was published', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    const child = spawn(process.execPath, [CHILD, line.url], { stdio: ['ignore', 'pipe', 'pipe'] });
    const faults = text(child.stderr);
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    line.cut();
    expect([await faults, (await ended)[0]]).toEqual(['', 0]);
  });

  it('comes after what was published has arrived', async () => {
    const subject = randomNamespace();
    const reader = await natsClient();
    const arrived = reader.subscribe(subject, { max: 40 });
    await reader.flush();
    const nc = await connectNats({ url: inject('natsUrl'), client: 'test' });
    for (let index = 0; index < 40; index += 1) nc.publish(subject, new Uint8Array(900_000));
    await closeNats(nc);
    let count = 0;
    for await (const _ of arrived) count += 1;
    expect(count).toBe(40);
    await closeNats(reader);
  });

  it('waits for no server that has gone silent', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    const nc = await connectNats({ url: line.url, client: 'test' });
    line.hold();
    nc.publish('anything');
    expect(await timeToClose(nc)).toBeLessThan(AT_ONCE_MS);
  });

  it.skipIf(!inject('natsServerBinary'))('waits for no server that is gone', async () => {
    await using server = await OwnNatsServer.start();
    const nc = await connectNats({ url: server.url, client: 'test' });
    await server.kill();
    nc.publish('anything');
    expect(await timeToClose(nc)).toBeLessThan(AT_ONCE_MS);
  });

  it('is nothing where it is closed already', async () => {
    const nc = await natsClient();
    await closeNats(nc);
    await closeNats(nc);
    expect(nc.isClosed()).toBe(true);
  });
});
