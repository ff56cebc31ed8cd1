import { expect, it, vi } from 'vitest';
import { Reading } from './reading.ts';

function scene() {
  const socket = { pause: vi.fn(), resume: vi.fn() };
  return { socket, reading: new Reading(socket) };
}

it('a connection is read again when nobody holds it any more', () => {
  const { socket, reading } = scene();
  reading.hold('in flight');
  reading.hold('rate');
  reading.hold('rate');
  reading.release('rate');
  reading.release('acknowledgements');
  expect([socket.pause.mock.calls.length, socket.resume.mock.calls.length]).toEqual([1, 0]);
  reading.release('in flight');
  reading.release('in flight');
  expect([socket.pause.mock.calls.length, socket.resume.mock.calls.length]).toEqual([1, 1]);
});

it('what came meanwhile is taken as one piece before the connection is read again', () => {
  const order: string[] = [];
  const socket = { pause: () => order.push('pause'), resume: () => order.push('resume') };
  const reading = new Reading(socket, { read: () => order.push('read') });
  reading.hold('rate');
  reading.release('rate');
  expect(order).toEqual(['pause', 'read', 'resume']);
});

it('what came meanwhile may be enough', () => {
  const socket = { pause: vi.fn(), resume: vi.fn() };
  const reading: Reading = new Reading(socket, { read: () => reading.hold('in flight') });
  reading.hold('rate');
  reading.release('rate');
  expect([reading.isHeld, socket.resume.mock.calls.length]).toEqual([true, 0]);
});

it('who is held for a time is held for the last one', async () => {
  const { socket, reading } = scene();
  reading.holdFor('rate', 1);
  reading.holdFor('rate', 100);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(reading.isHeld).toBe(true);
  await expect.poll(() => reading.isHeld).toBe(false);
  expect(socket.pause.mock.calls.length).toBe(1);
});
