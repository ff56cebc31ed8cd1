import { describe, expect, it, vi } from 'vitest';
import { testLimits } from '../testing/edge-limits.ts';
import { Intake } from './intake.ts';
import { Reading } from './reading.ts';

const FRAME_BYTES = 8;

/** So many whole frames of two bytes each. */
function frames(count: number): Buffer {
  return Buffer.concat(
    Array.from({ length: count }, () => Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x7b, 0x7d])),
  );
}

/** The beginning of a message that is longer than all that will come of it. */
const BEGINNING = Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x03, 0, 0, 0, 1, 2, 3, 4]);

function scene(settings: Parameters<typeof testLimits>[0] = {}) {
  const limits = testLimits(settings);
  const connect = (user = 'user') => {
    const reading = new Reading({ pause: () => {}, resume: () => {} });
    const giveUp = vi.fn();
    const holder = { user, giveUp };
    const intake = new Intake(limits.settings, limits.unfinished, reading, limits.watch, holder);
    return { intake, reading, giveUp };
  };
  return { limits, connect, ...connect() };
}

describe('T25: a connection', () => {
  it('is read no faster than so many frames a second', async () => {
    const { intake, reading, limits } = scene({ maxFramesPerSecond: 100 });
    intake.receive(frames(100));
    expect(reading.isHeld).toBe(false);
    intake.receive(frames(10));
    expect([reading.isHeld, limits.watch.total('frame rate')]).toEqual([true, 1]);
    await expect.poll(() => reading.isHeld).toBe(false);
  });

  it('is read no faster than so many bytes a second', () => {
    const { intake, reading, limits } = scene({ maxBytesPerSecond: 10_000 });
    intake.receive(frames(10_000 / FRAME_BYTES));
    expect(reading.isHeld).toBe(false);
    intake.receive(frames(100));
    expect([reading.isHeld, limits.watch.total('byte rate')]).toEqual([true, 1]);
  });
});

describe('T19: a message that comes in tiny pieces', () => {
  it('is read ever more slowly', () => {
    const { intake, reading, limits } = scene();
    intake.receive(BEGINNING);
    for (let piece = 0; piece < 1023; piece += 1) intake.receive(Buffer.alloc(10));
    expect(reading.isHeld).toBe(false);
    intake.receive(Buffer.alloc(10));
    expect([reading.isHeld, limits.watch.total('small reads')]).toEqual([true, 1]);
  });

  it('not where the pieces are as large as the system hands them out', () => {
    const { intake, reading } = scene();
    intake.receive(BEGINNING);
    for (let piece = 0; piece < 700; piece += 1) intake.receive(Buffer.alloc(64 * 1024));
    expect(reading.isHeld).toBe(false);
  });

  it('not where each is a message of its own', () => {
    const { intake, reading } = scene();
    for (let piece = 0; piece < 3000; piece += 1) intake.receive(frames(1));
    expect(reading.isHeld).toBe(false);
  });
});

describe('T18: messages that do not end', () => {
  it('are given up, the largest of the user with most first, where they are too much in all', () => {
    const { limits, connect } = scene({ maxUnfinishedBytes: 300_000 });
    const honest = connect('alice');
    const many = [connect('mallory'), connect('mallory')];
    for (const { intake } of [honest, ...many]) intake.receive(BEGINNING);
    honest.intake.receive(Buffer.alloc(120_000));
    many[0]?.intake.receive(Buffer.alloc(60_000));
    many[1]?.intake.receive(Buffer.alloc(80_000));
    expect(limits.unfinished.bytes).toBeGreaterThan(250_000);
    honest.intake.receive(Buffer.alloc(10_000));
    expect(many[1]?.giveUp).not.toHaveBeenCalled();
    many[0]?.intake.receive(Buffer.alloc(30_000));
    const givenUp = [honest, ...many].map(({ giveUp }) => giveUp.mock.calls.length);
    expect(givenUp).toEqual([0, 1, 0]);
    expect(limits.watch.total('unfinished frames')).toBe(1);
    expect(limits.unfinished.bytes).toBeLessThan(300_000);
  });

  it('count for what a byte takes that comes alone', () => {
    const { intake, limits } = scene();
    intake.receive(BEGINNING);
    for (let piece = 0; piece < 1000; piece += 1) intake.receive(Buffer.alloc(1));
    expect(limits.unfinished.bytes).toBeGreaterThan(300_000);
  });

  it('count no more when they have ended', () => {
    const { intake, limits } = scene();
    const whole = Buffer.concat([Buffer.from([0x81, 0xfe, 0x03, 0xe8, 0, 0, 0, 0]), Buffer.alloc(1000)]);
    intake.receive(whole.subarray(0, 500));
    expect(limits.unfinished.bytes).toBeGreaterThan(500);
    intake.receive(whole.subarray(500));
    expect(limits.unfinished.bytes).toBe(0);
  });
});
