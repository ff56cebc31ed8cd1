import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { Outbox } from './outbox.ts';

it('AUT-6 takes nothing while its user may not be sent anything, and waits until he may', async () => {
  let mayPass = false;
  const socket = { OPEN: 1, readyState: 1, bufferedAmount: 0 } as WebSocket;
  const outbox = new Outbox(socket, 1000, () => mayPass);
  expect(outbox.isFull).toBe(true);
  let isDrained = false;
  const drained = outbox.drained().then(() => {
    isDrained = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(isDrained).toBe(false);
  mayPass = true;
  await drained;
  expect(outbox.isFull).toBe(false);
});
