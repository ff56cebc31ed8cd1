import { describe, inject, it } from 'vitest';
import { expected } from './comparison.ts';
import { comparisons } from './rules/index.ts';
import { useBothBrokers } from './setup/brokers.ts';

const django = inject('django');
const suite = 'missing' in django ? describe.skip : describe;
const why = 'missing' in django ? ` (${django.missing})` : '';

/**
 * Where a handler of dasf-broker-django fails, its connection is closed; but not the one of which channels_redis
 * happens to be waiting for Redis, which then never answers. Another try has another connection.
 */
const THEIRS = { retry: 3 };

suite(`what both brokers do${why}`, () => {
  const brokers = useBothBrokers();

  describe.concurrent('dasf-broker-django', () => {
    for (const { rule, tried, observe, setup = 'ordinary', outcome } of comparisons) {
      it(`${rule}: ${tried}`, THEIRS, async ({ expect }) => {
        const { theirs, theirsVaries } = expected(outcome);
        const seen = await observe(await brokers.theirs(setup));
        if (theirsVaries) expect(theirsVaries).toContain(seen);
        else expect(seen).toBe(theirs);
      });
    }
  });

  describe.concurrent('this broker', () => {
    for (const { rule, tried, observe, setup = 'ordinary', outcome } of comparisons) {
      it(`${rule}: ${tried}`, async ({ expect }) => {
        expect(await observe(await brokers.ours(setup))).toBe(expected(outcome).ours);
      });
    }
  });
});
