import { encodeFrame, eventually, OPCODE, type WireFrame } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { createOpenEdge } from './testing/open-edge.ts';

const MEBIBYTE = 1024 * 1024;

describe('frames that break the protocol', () => {
  it.each<[string, number, WireFrame]>([
    ['T17: a compressed frame, which nobody agreed to', 1002, { reserved: 4, payload: 'x' }],
    ['T17: reserved bits', 1002, { reserved: 3, payload: 'x' }],
    ['T18: a frame that is longer than any that is read', 1009, { length: 64 * MEBIBYTE + 1 }],
    ['T18: a frame of more bytes than can be counted', 1009, { length: 2n ** 63n }],
    ['T19: a control frame in fragments', 1002, { opcode: OPCODE.ping, fin: false }],
    ['T19: a continuation of nothing', 1002, { opcode: OPCODE.continuation, payload: 'x' }],
    ['T21: a Close frame with half a code', 1002, { opcode: OPCODE.close, payload: 'x' }],
    [
      'T21: a Close frame with a code that must not be sent',
      1002,
      { opcode: OPCODE.close, payload: '\u0003\u00ed' },
    ],
    ['an unmasked frame', 1002, { masked: false, payload: '{}' }],
    ['an opcode that stands for nothing', 1002, { opcode: 5 }],
    ['a long control frame', 1002, { opcode: OPCODE.ping, payload: 'x'.repeat(126) }],
    ['text that is no UTF-8', 1007, { payload: Buffer.from([0x22, 0xc3, 0x28, 0x22]) }],
  ])('%s: the connection ends with %i', async (_, code, frame) => {
    await using edge = await createOpenEdge();
    await using peer = await edge.open('weather');
    peer.send(frame);
    expect(await eventually(() => peer.closeCode)).toBe(code);
    await peer.closed;
    expect(edge.limits.watch.total(code === 1009 ? 'frame size' : 'websocket protocol')).toBe(1);
  });

  it('T17: compression is agreed to with nobody', async () => {
    await using edge = await createOpenEdge();
    await using peer = await edge.open('weather', 'Sec-WebSocket-Extensions: permessage-deflate');
    const { status, lines } = await peer.head();
    expect(status).toBe(101);
    expect(lines.filter((line) => /extensions/i.test(line))).toEqual([]);
  });

  it('T21: a Close frame of the edge says why in words of its own', async () => {
    await using edge = await createOpenEdge();
    await using peer = await edge.open('weather');
    peer.send({ opcode: OPCODE.binary, payload: 'x'.repeat(200) });
    await eventually(() => peer.closeCode);
    expect(peer.frames.at(-1)?.payload.subarray(2).toString()).toBe('frames must be text');
  });
});

describe('T19: a message in tiny parts', () => {
  it('ends the connection where they are fragments without end', async () => {
    await using edge = await createOpenEdge();
    await using peer = await edge.open('weather');
    peer.send({ fin: false, payload: '{' });
    for (let part = 0; part < 5000; part += 1)
      peer.send({ opcode: OPCODE.continuation, fin: false, payload: ' ' });
    expect(await eventually(() => peer.closeCode)).toBe(1008);
    expect(edge.limits.watch.total('fragments')).toBe(1);
  });

  it('is taken where a browser cut a large one', async () => {
    await using edge = await createOpenEdge();
    await using peer = await edge.open('weather');
    peer.send({ fin: false, payload: '{"messageId":"m","payload":"' });
    for (let part = 0; part < 128; part += 1)
      peer.send({ opcode: OPCODE.continuation, fin: false, payload: 'x'.repeat(8192) });
    peer.send({ opcode: OPCODE.continuation, payload: '"}' });
    expect(await eventually(() => peer.texts[0])).toBe('{"messageId":"m","result":"ok"}');
  });

  it('is taken where it comes byte by byte', async () => {
    await using edge = await createOpenEdge();
    await using peer = await edge.open('weather');
    const header = Buffer.from([0x81, 0xfe, 0x08, 0x00, 0, 0, 0, 0]);
    const text = `{"messageId":"m","payload":"${'x'.repeat(2048 - 30)}"}`;
    for (const byte of Buffer.concat([header, Buffer.from(text)])) {
      peer.write(Buffer.from([byte]));
      await new Promise(setImmediate);
    }
    expect(await eventually(() => peer.texts[0])).toBe('{"messageId":"m","result":"ok"}');
  });
});

describe('T18: messages that do not end', () => {
  it('cost those with most of them their connections, without a Close frame, where they are too much', async () => {
    await using edge = await createOpenEdge({ DASF_MAX_UNFINISHED_BYTES: '1MiB' });
    await using patient = await edge.open('weather', await edge.as('patient', ['add_brokertopic']));
    await using first = await edge.open('weather');
    await using second = await edge.open('weather', 'Sec-WebSocket-Protocol: dasf');
    const whole = encodeFrame({ payload: `{"messageId":"m","payload":"${'x'.repeat(300_000)}"}` });
    const send = async (peer: typeof first, bytes: Uint8Array) => {
      const before = edge.limits.unfinished.bytes;
      peer.write(bytes);
      await eventually(() => edge.limits.unfinished.bytes !== before);
    };
    const endless = encodeFrame({ length: 50 * MEBIBYTE, payload: 'x'.repeat(300_000) });
    // It began long before the others did.
    await send(patient, whole.subarray(0, 200_000));
    await send(first, endless);
    await send(second, endless);
    first.write('x'.repeat(400_000));
    await first.closed.then(() => expect(first.closeCode).toBeUndefined(), expect.fail);
    second.write('x'.repeat(1_000_000));
    // A client that knows the codes is told to come again.
    expect(await eventually(() => second.closeCode)).toBe(1013);
    patient.write(whole.subarray(200_000));
    expect(await eventually(() => patient.texts[0])).toBe('{"messageId":"m","result":"ok"}');
  });
});

describe('T23: a peer that is not there', () => {
  it('is ended where it answers no ping', async () => {
    await using edge = await createOpenEdge({ DASF_PING_INTERVAL: '100ms', DASF_PONG_TIMEOUT: '300ms' });
    await using peer = await edge.open('weather');
    await peer.closed;
    expect(peer.closeCode).toBeUndefined();
    expect(peer.frames.some(({ opcode }) => opcode === OPCODE.ping)).toBe(true);
    await eventually(() => edge.limits.slots.total === 0);
  });

  it('is ended where it does not answer a Close frame, but goes on', async () => {
    await using edge = await createOpenEdge();
    await using peer = await edge.open('weather');
    peer.send({ opcode: OPCODE.binary, payload: 'x' });
    await eventually(() => peer.closeCode);
    const answers = peer.texts.length;
    const sending = setInterval(() => peer.send('{}'), 20);
    await peer.closed.finally(() => clearInterval(sending));
    expect(peer.texts.length).toBe(answers);
  });
});

describe('T25: a peer that sends without end', () => {
  it('is read more slowly, and loses nothing', async () => {
    await using edge = await createOpenEdge({ DASF_MAX_FRAMES_PER_SECOND: '100' });
    await using peer = await edge.open('weather');
    const began = performance.now();
    const ids = Array.from({ length: 400 }, (_, frame) => `m${frame}`);
    for (const id of ids) peer.send(`{"messageId":"${id}","payload":"${'x'.repeat(1000)}"}`);
    await eventually(() => peer.texts.length === ids.length);
    expect(performance.now() - began).toBeGreaterThan(1000);
    expect(peer.texts).toEqual(ids.map((id) => `{"messageId":"${id}","result":"ok"}`));
    expect(edge.limits.watch.total('frame rate')).toBeGreaterThan(0);
  });

  it('is not answered at once where it is not allowed to', async () => {
    await using edge = await createOpenEdge({
      DASF_ANONYMOUS_PERMISSIONS: '',
      DASF_MAX_REFUSALS_PER_SECOND: '10',
    });
    await using peer = await edge.open('weather');
    const began = performance.now();
    for (let frame = 0; frame < 30; frame += 1) peer.send('{}');
    await eventually(() => peer.texts.length === 30);
    expect(performance.now() - began).toBeGreaterThan(800);
    expect(peer.texts.every((text) => text.includes('send-error:6'))).toBe(true);
    expect(edge.limits.watch.total('refusals per address')).toBeGreaterThan(5);
  });

  it('holds up nobody else, however many frames wait that it may not send', async () => {
    await using edge = await createOpenEdge({
      DASF_ANONYMOUS_PERMISSIONS: '',
      DASF_MAX_REFUSALS_PER_SECOND: '10',
      DASF_MAX_TOTAL_IN_FLIGHT: '100',
    });
    await using producer = await edge.open('other', await edge.as('alice', ['add_brokertopic']));
    const flooders = await Promise.all(Array.from({ length: 5 }, () => edge.open('weather')));
    const frames = Buffer.concat(Array.from({ length: 2000 }, () => encodeFrame({ payload: '{}' })));
    for (const flooder of flooders) flooder.write(frames);
    // What they sent waits as it came, but for a little.
    await eventually(() => edge.limits.unfinished.bytes > 50_000);
    expect(edge.limits.queued.bytes).toBeLessThan(5 * 100 * 600);
    for (let frame = 0; frame < 20; frame += 1)
      expect(await producer.ask(`{"messageId":"m${frame}"}`)).toContain('"ok"');
    expect(flooders.every(({ isOpen }) => isOpen)).toBe(true);
    for (const flooder of flooders) flooder.destroy();
    // Nobody waits for what they sent.
    await eventually(() => edge.limits.queued.bytes + edge.limits.unfinished.bytes === 0);
  });

  it('is ended where the edge holds too much that it sent, not those who send little', async () => {
    await using edge = await createOpenEdge({
      DASF_MAX_REFUSALS_PER_SECOND: '10',
      DASF_ANONYMOUS_PERMISSIONS: '',
      DASF_MAX_QUEUED_BYTES: '1MiB',
    });
    await using producer = await edge.open('other', await edge.as('alice', ['add_brokertopic']));
    await using modest = await edge.open('weather', await edge.as('modest'));
    modest.write(Buffer.concat(Array.from({ length: 40 }, () => encodeFrame({ payload: '{}' }))));
    // One is not read while so much of it waits.
    const frame = encodeFrame({ payload: `{"payload":"${'x'.repeat(700_000)}"}` });
    const flooders = [await edge.open('weather'), await edge.open('weather')] as const;
    for (const flooder of flooders) flooder.write(Buffer.concat(Array.from({ length: 20 }, () => frame)));
    await Promise.race(flooders.map(({ closed }) => closed));
    expect(flooders.map(({ closeCode }) => closeCode)).toEqual([undefined, undefined]);
    expect(edge.limits.watch.total('queued frames')).toBeGreaterThan(0);
    expect(await producer.ask('{"messageId":"m"}')).toContain('"ok"');
    await eventually(() => modest.texts.length === 40);
    for (const flooder of flooders) flooder.destroy();
  });

  it('ends where it sends pings and reads nothing', async () => {
    await using edge = await createOpenEdge();
    await using peer = await edge.open('weather');
    peer.pause();
    const pings = Buffer.concat(
      Array.from({ length: 1000 }, () => Buffer.from([0x89, 0xfd, 0, 0, 0, 0, ...Buffer.alloc(125)])),
    );
    const sending = setInterval(() => peer.write(pings), 5);
    await eventually(() => edge.limits.slots.total === 0).finally(() => clearInterval(sending));
    await using other = await edge.open('weather');
    expect(await other.ask('{"messageId":"m"}')).toContain('"ok"');
  });
});

describe('T24: topics', () => {
  it('are refused with 6 where a user has too many, with 8 where they come too fast', async () => {
    await using edge = await createOpenEdge({
      DASF_MAX_RESPONSE_TOPICS_PER_USER: '3',
      DASF_MAX_TOPICS_PER_MINUTE: '2',
    });
    await using peer = await edge.open('weather');
    const request = (topic: string) =>
      peer.ask(`{"properties":{"response_topic":"${topic}","requestContext":1}}`);
    for (const topic of ['a', 'b', 'c']) expect(await request(topic)).toContain('"ok"');
    expect(await request('d')).toContain('send-error:6');
    expect(await request('a')).toContain('"ok"');
    await using second = await edge.open('second');
    expect(await second.ask('{}')).toContain('"ok"');
    await using third = await edge.open('third');
    expect(await third.ask('{}')).toContain('send-error:8');
  });
});

describe('T28: members that mean something to JavaScript', () => {
  it('are passed on and change nothing', async () => {
    await using edge = await createOpenEdge();
    await using consumer = await edge.open('weather/c');
    await using producer = await edge.open('weather');
    const odd =
      '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"properties":{"__proto__":{"messageType":"ping","polluted":1}}';
    expect(await producer.ask(`{"messageId":"m",${odd}}`)).toContain('"ok"');
    expect(await eventually(() => consumer.texts.find((text) => text.includes('polluted')))).toContain(odd);
    consumer.send('{"__proto__":{"messageId":"m","polluted":1},"messageId":"m"}');
    consumer.send('{"__proto__":null,"constructor":1,"hasOwnProperty":1}');
    expect(await producer.ask('{"__proto__":{"context":7}}')).not.toContain('context');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('T29: a frame that takes long to read', () => {
  it.each([
    ['deep', `{"messageId":"m","a":${'['.repeat(5_000_000)}`],
    ['of very many members', `{"messageId":"m",${'"":1,'.repeat(2_600_000)}"a":1}`],
    ['of very many elements', `{"messageId":"m","a":[${'[],'.repeat(4_000_000)}1]}`],
  ])('that is %s is refused with 3', async (_, text) => {
    await using edge = await createOpenEdge();
    await using peer = await edge.open('weather');
    expect(await peer.ask(text)).toMatch(/^\{"messageId":"m","result":"send-error:3"/);
    expect(await peer.ask('{"messageId":"n"}')).toContain('"ok"');
  });
});

describe('T40: ids by which repetitions are known', () => {
  it('are short', async () => {
    await using edge = await createOpenEdge();
    await using peer = await edge.open('weather');
    expect(await peer.ask(`{"messageId":"${'x'.repeat(129)}"}`)).toContain('send-error:3');
  });

  it('suppress nothing of another user', async () => {
    await using edge = await createOpenEdge();
    const permissions = ['add_brokertopic', 'can_produce:*', 'can_consume:*'];
    await using consumer = await edge.open('weather/c');
    await using mallory = await edge.open('weather', await edge.as('mallory', permissions));
    await using alice = await edge.open('weather', await edge.as('alice', permissions));
    for (const peer of [mallory, mallory, alice, alice]) await peer.ask('{"messageId":"guessed"}');
    await mallory.ask('{"messageId":"last"}');
    await eventually(() => consumer.texts.some((text) => text.includes('"last"')));
    expect(consumer.texts.filter((text) => text.includes('guessed')).length).toBe(2);
  });
});
