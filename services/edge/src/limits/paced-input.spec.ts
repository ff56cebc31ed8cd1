import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { testLimits } from '../testing/edge-limits.ts';
import { Intake } from './intake.ts';
import { PacedInput } from './paced-input.ts';
import { Reading } from './reading.ts';

const FRAME = Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x7b, 0x7d]);
const frames = (count: number) => Buffer.concat(Array.from({ length: count }, () => FRAME));
const turn = () => new Promise((resolve) => setImmediate(resolve));

function scene() {
  const limits = testLimits({ maxFramesPerSecond: 1_000_000 });
  const transport = new PassThrough();
  const handed: Buffer[] = [];
  let taken = () => {};
  transport.on('data', (chunk: Buffer) => {
    handed.push(chunk);
    taken();
  });
  const reading: Reading = new Reading(
    { pause: () => transport.pause(), resume: () => transport.resume() },
    transport,
  );
  const holder = { user: 'ada', giveUp: () => {} };
  const intake = new Intake(limits.settings, limits.unfinished, reading, limits.watch, holder);
  new PacedInput(transport, intake, reading);
  return {
    limits,
    transport,
    reading,
    handed,
    bytes: () => handed.reduce((sum, { length }) => sum + length, 0),
    whenTaken: (listener: () => void) => {
      taken = listener;
    },
  };
}

it('T25: a few frames are handed on in a turn, in their order, until all are', async () => {
  const { transport, handed, bytes, reading } = scene();
  const sent = Buffer.concat([frames(99), Buffer.from([0x81, 0x83, 0, 0, 0, 0, 1, 2, 3])]);
  transport.write(sent);
  await expect.poll(bytes).toBe(sent.length);
  expect(Buffer.concat(handed)).toEqual(sent);
  expect(Math.max(...handed.map(({ length }) => length))).toBe(16 * FRAME.length);
  expect(reading.isHeld).toBe(false);
  transport.write(FRAME);
  await expect.poll(bytes).toBe(sent.length + FRAME.length);
});

it('a large frame is handed on as it comes', async () => {
  const { transport, handed } = scene();
  const head = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4]);
  const piece = Buffer.concat([head, Buffer.alloc(50_000)]);
  transport.write(piece);
  await expect.poll(() => handed).toEqual([piece]);
});

it('what came waits while the connection is held, counts, and goes on from there', async () => {
  const { transport, reading, bytes, limits, whenTaken } = scene();
  whenTaken(() => reading.hold('in flight'));
  transport.write(frames(100));
  await expect.poll(bytes).toBe(16 * FRAME.length);
  for (let turns = 0; turns < 5; turns += 1) await turn();
  expect(bytes()).toBe(16 * FRAME.length);
  expect(limits.unfinished.bytes).toBe(84 * FRAME.length);
  reading.release('in flight');
  await expect.poll(bytes).toBe(32 * FRAME.length);
  whenTaken(() => {});
  reading.release('in flight');
  await expect.poll(bytes).toBe(100 * FRAME.length);
  expect([limits.unfinished.bytes, reading.isHeld]).toEqual([0, false]);
});

it('nothing is handed on of a connection that has ended', async () => {
  const { transport, bytes, reading, whenTaken } = scene();
  whenTaken(() => reading.hold('rate'));
  transport.write(frames(100));
  await expect.poll(bytes).toBe(16 * FRAME.length);
  transport.write(frames(100));
  await expect.poll(() => transport.readableLength).toBeGreaterThan(0);
  const left = new Promise((resolve) => transport.once('close', () => resolve(transport.readableLength)));
  transport.destroy();
  expect(await left).toBe(0);
  reading.release('rate');
  for (let turns = 0; turns < 5; turns += 1) await turn();
  expect(bytes()).toBe(16 * FRAME.length);
});
