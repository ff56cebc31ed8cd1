import { describe, expect, it } from 'vitest';
import { UpgradePatience } from './upgrade-patience.ts';

const never = new Promise<never>(() => {});

describe('URL-6: an upgrade is answered within 2 s', () => {
  it('with what is known by then, else with 503', async () => {
    const patience = new UpgradePatience();
    expect(await patience.orRefuse(Promise.resolve({ user: 'ada' }))).toEqual({ user: 'ada' });
    await expect(patience.orRefuse(Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(patience.orRefuse(never)).rejects.toMatchObject({ code: 'TOKENS_UNREACHABLE', status: 503 });
  });

  it('all that it waits for counts together', async () => {
    const began = performance.now();
    const patience = new UpgradePatience();
    await patience.orGoOn(never);
    await patience.orGoOn(never);
    await expect(patience.orRefuse(never)).rejects.toThrow();
    expect(performance.now() - began).toBeLessThan(3000);
  });

  it('waits for nothing that failed', async () => {
    const began = performance.now();
    await new UpgradePatience().orGoOn(Promise.reject(new Error('no')));
    expect(performance.now() - began).toBeLessThan(1500);
  });
});
