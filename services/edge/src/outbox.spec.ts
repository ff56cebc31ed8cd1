import { createLogger } from '@dasf-broker/telemetry';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { ConsumerBuffers } from './limits/consumer-buffers.ts';
import { LimitWatch } from './limits/limit-watch.ts';
import { Outbox } from './outbox.ts';

it('AUT-6 takes nothing while its user may not be sent anything, and waits until he may', async () => {
  let mayPass = false;
  const socket = { OPEN: 1, readyState: 1, bufferedAmount: 0 } as WebSocket;
  using watch = new LimitWatch(createLogger({ name: 'edge', level: 'silent' }));
  const all = new ConsumerBuffers(1000, watch);
  const outbox = new Outbox(socket, { limit: 1000, all, mayPass: () => mayPass });
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
