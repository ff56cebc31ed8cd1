import { describe, expect, it } from 'vitest';
import { DasfSocket, startBroker, UpgradeRefused } from '../harness/index.ts';
import { withoutOwnBroker } from './given.ts';

const elsewhere = withoutOwnBroker('CLS-4', 'a low rate');

describe.skipIf(elsewhere)('CLS-4 upgrades above the rate', () => {
  it('are refused with 503 at once, and taken a little later', async () => {
    await using broker = await startBroker({ edges: 1, settings: { DASF_ACCEPT_RATE: '5' } });
    const connect = () => DasfSocket.connect(broker.edges[0], 'herd').catch((error: unknown) => error);
    const began = performance.now();
    const outcomes = await Promise.all(Array.from({ length: 45 }, connect));
    expect(performance.now() - began).toBeLessThan(2000);
    const taken = outcomes.filter((outcome) => outcome instanceof DasfSocket);
    expect(taken.length).toBeGreaterThanOrEqual(25);
    expect(taken.length).toBeLessThan(40);
    for (const outcome of outcomes) {
      if (outcome instanceof DasfSocket) continue;
      expect(outcome).toBeInstanceOf(UpgradeRefused);
      expect((outcome as UpgradeRefused).status).toBe(503);
      expect(JSON.parse((outcome as UpgradeRefused).body)).toMatchObject({ code: 'TOO_MANY_UPGRADES' });
    }
    await expect.poll(async () => (await connect()) instanceof DasfSocket, { timeout: 5000 }).toBe(true);
  });
});
