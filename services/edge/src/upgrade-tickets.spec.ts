import { digestOf, TICKET } from '@dasf-broker/access';
import { Tickets } from '@dasf-broker/credentials';
import { Subjects } from '@dasf-broker/log';
import { eventually, HeldLine, natsClient, upgradeRequest } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';
import { createOpenEdge } from './testing/open-edge.ts';

/** An edge, and a ticket for it. */
async function given(env: Record<string, string> = {}) {
  const edge = await createOpenEdge(env);
  const nc = await natsClient();
  const tickets = await Tickets.open(nc, edge.config.log);
  const identity = { user: 'ada', permissions: edge.config.access.anonymousPermissions };
  const { ticket } = await tickets.issue(identity);
  return {
    edge,
    nc,
    tickets,
    path: `weather?ticket=${ticket}`,
    hash: digestOf(TICKET, ticket)?.hash ?? '',
    statusOf: async () => {
      await using page = await edge.open(`weather?ticket=${ticket}`);
      return (await page.head()).status;
    },
    [Symbol.asyncDispose]: async () => {
      await edge[Symbol.asyncDispose]();
      await nc.close();
    },
  };
}

describe('a ticket is not used up by an upgrade that is refused', () => {
  it('T24: as its user has too many connections', async () => {
    await using scene = await given({ DASF_MAX_CONNECTIONS_PER_USER: '1' });
    const { edge, statusOf } = scene;
    const first = await edge.open('weather', await edge.as('ada'));
    expect(await statusOf()).toBe(503);
    await first[Symbol.asyncDispose]();
    await eventually(() => edge.limits.slots.total === 0);
    expect(await statusOf()).toBe(101);
    expect(await statusOf()).toBe(401);
  });

  it.each([
    ['its version is unknown', 'Sec-WebSocket-Version: 12', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
    ['its key is none', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: short'],
    [
      'its subprotocols are none',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Protocol: dasf, dasf',
    ],
  ])('as %s', async (_, ...headers) => {
    await using scene = await given();
    await using peer = await scene.edge.connect();
    const { pathname, search } = scene.edge.addressOf(scene.path);
    const lines = ['Host: broker', 'Connection: Upgrade', 'Upgrade: websocket', ...headers, '', ''];
    peer.write([`GET ${pathname}${search} HTTP/1.1`, ...lines].join('\r\n'));
    expect((await peer.head()).status).toBe(400);
    expect(await scene.statusOf()).toBe(101);
  });

  it('as the edge has begun to stop', async () => {
    await using line = await HeldLine.to(inject('natsUrl'));
    await using scene = await given({ DASF_NATS_URL: line.url });
    line.hold();
    await using page = await scene.edge.connect();
    page.write(upgradeRequest(scene.edge.addressOf(scene.path)));
    await eventually(() => line.held > 0);
    const stopped = scene.edge.edge[Symbol.asyncDispose]();
    line.release();
    expect((await page.head()).status).toBe(503);
    await stopped;
    expect(await scene.tickets.find(scene.hash)).toBeDefined();
  });
});

it('an edge that stops ends also whose ticket was used up when it began to', async () => {
  await using scene = await given({ DASF_DRAIN_TIMEOUT: '0s' });
  const { edge, nc, tickets, hash, path } = scene;
  await using producer = await edge.open('weather');
  expect(await producer.ask('{"messageId":"m"}')).toContain('"ok"');
  // A consumer waits for the log to say where it ends, but not for long.
  await nc.request(`$JS.API.STREAM.DELETE.${new Subjects(edge.config.log.namespace).stream(0)}`);
  await using consumer = await edge.connect();
  consumer.write(upgradeRequest(edge.addressOf(path.replace('?', '/mine?'))));
  await eventually(async () => !(await tickets.find(hash)));
  const stopped = edge.edge[Symbol.asyncDispose]();
  expect((await consumer.head()).status).toBe(101);
  await consumer.closed;
  await stopped;
});
