import { describe, expect, it } from 'vitest';
import { campaign } from './campaign.ts';
import { CONVERSERS } from './network/index.ts';
import { seededTargets, seedsOf } from './seeds.ts';
import { Finding, type Target } from './target.ts';
import { DECODERS } from './targets/index.ts';

/** A few, of a seed that stays: many are tried by `npm run test:fuzz`. */
const INPUTS = 1000;
const SEED = 1;

describe.each(DECODERS)('what strangers write: $name', (target) => {
  it.each(seedsOf(target.name))('$name is read as it must be', async ({ input }) => {
    await target.try(input);
  });

  it('finds nothing in a short run', async () => {
    expect(await campaign(target, { inputs: INPUTS, seed: SEED })).toBeUndefined();
  });
});

it('every seed is some target’s', () => {
  const names = [...DECODERS.map(({ name }) => name), ...Object.keys(CONVERSERS)];
  expect(seededTargets().filter((name) => !names.includes(name))).toEqual([]);
});

describe('a campaign', () => {
  it('makes what it found small, and makes it again from its seed', async () => {
    const [json] = DECODERS.filter(({ name }) => name === 'json');
    const wrong: Target = {
      name: 'wrong',
      inputs: (json as Target).inputs,
      try: (input) => {
        if (input.includes('[')) throw new Finding('a bracket');
      },
    };
    const found = await campaign(wrong, { inputs: 5000, seed: 7 });
    expect(found?.error).toBeInstanceOf(Finding);
    expect(found?.input.length).toBeLessThan(10);
    expect(await campaign(wrong, { inputs: 1000, seed: found?.seed ?? 0 })).toMatchObject({
      target: 'wrong',
    });
  });
});
