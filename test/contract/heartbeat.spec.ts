import { describe, expect, it } from 'vitest';
import { withoutOwnBroker } from './given.ts';
import { useOwnBroker } from './scene.ts';

const scene = useOwnBroker({ DASF_PING_INTERVAL: '100ms', DASF_PONG_TIMEOUT: '1s' });

describe.skipIf(withoutOwnBroker('CLS-3', 'pings in short order'))(
  'CLS-3 the broker sends websocket pings',
  () => {
    it('and keeps a connection whose client answers them', async () => {
      const { topic, token } = await scene.madeTopic();
      await using consumer = await scene.connect(`${topic}/c`, { token });
      const quiet = await scene.connect(`${topic}/quiet`, { token });
      quiet.stopReading();
      await expect(Promise.race([consumer.closed, quiet.terminatedByPeer()])).resolves.toBe('terminated');
      expect(consumer.isOpen).toBe(true);
    });
  },
);
