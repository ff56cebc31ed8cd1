import { describe, expect, it } from 'vitest';
import { testLimits } from '../testing/edge-limits.ts';
import { Reading } from './reading.ts';

function scene(settings: Parameters<typeof testLimits>[0] = {}) {
  const { inFlight, watch } = testLimits({ maxInFlight: 10, maxTotalInFlight: 100, ...settings });
  const reading = new Reading({ pause: () => {}, resume: () => {} });
  inFlight.join(reading);
  return { inFlight, watch, reading };
}

describe('T25: frames in flight of all connections', () => {
  it('leave a connection a few of them where they are many', () => {
    const { inFlight } = scene();
    expect([inFlight.isEnough(9, 0), inFlight.isEnough(10, 0)]).toEqual([false, true]);
    for (let frames = 0; frames < 50; frames += 1) inFlight.add(10);
    expect([inFlight.isEnough(3, 0), inFlight.isEnough(4, 0)]).toEqual([false, true]);
  });

  it('stop all reading where they are too many, until a quarter of them has its answers', () => {
    const { inFlight, reading, watch } = scene();
    for (let frames = 0; frames < 99; frames += 1) inFlight.add(10);
    expect(reading.isHeld).toBe(false);
    inFlight.add(10);
    inFlight.add(10);
    expect([reading.isHeld, watch.total('frames in flight of all')]).toEqual([true, 1]);
    const late = new Reading({ pause: () => {}, resume: () => {} });
    inFlight.join(late);
    expect(late.isHeld).toBe(true);
    for (let frames = 0; frames < 25; frames += 1) inFlight.remove(10);
    expect(reading.isHeld).toBe(true);
    inFlight.remove(10);
    expect([reading.isHeld, late.isHeld]).toEqual([false, false]);
  });

  it('count by their bytes, too, and tiny ones by what they take', () => {
    const { inFlight, reading } = scene({ maxTotalInFlight: 100_000, maxTotalInFlightBytes: 1_000_000 });
    for (let frames = 0; frames < 1900; frames += 1) inFlight.add(2);
    expect(reading.isHeld).toBe(false);
    for (let frames = 0; frames < 100; frames += 1) inFlight.add(2);
    expect(reading.isHeld).toBe(true);
    for (let frames = 0; frames < 2000; frames += 1) inFlight.remove(2);
    expect([reading.isHeld, inFlight.bytes]).toEqual([false, 0]);
    inFlight.add(1_000_000);
    expect(reading.isHeld).toBe(true);
  });
});
