import { expect, it } from 'vitest';
import { parseFrame } from './frame.ts';
import { probeFrame } from './probe.ts';

it.each(['ping', 'api_info'] as const)('AVL-3, AVL-6: a probe with %s', (messageType) => {
  const frame = probeFrame(messageType, 'id', Date.UTC(2026, 0, 1));
  expect(JSON.parse(frame)).toEqual({
    messageId: 'id',
    publishTime: '2026-01-01T00:00:00.000+00:00',
    payload: '',
    properties: { messageType, requestContext: 1, response_topic: 'status-ping' },
  });
  expect(parseFrame(Buffer.from(frame))).toMatchObject({
    messageType,
    requestContext: '1',
    responseTopic: 'status-ping',
  });
});
