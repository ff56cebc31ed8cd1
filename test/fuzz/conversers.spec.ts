import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Broker, startBroker } from '../harness/index.ts';
import { campaign } from './campaign.ts';
import { healthyCall } from './network/healthy-call.ts';
import { CONVERSERS } from './network/index.ts';
import type { TriedBroker } from './network/tried-broker.ts';
import { seedsOf } from './seeds.ts';

/** A few, of a seed that stays: many are tried by `npm run test:fuzz`, on processes that are watched. */
const INPUTS = 20;
const SEED = 1;
const PERMISSIONS = ['add_brokertopic', 'administer', 'can_produce:*', 'can_consume:*', 'can_view_status:*'];

let broker: Broker | undefined;
let tried: TriedBroker | undefined;
beforeAll(async () => {
  broker = await startBroker({ edges: 1, stores: 1, apis: 1 });
  tried = { edge: broker.edges[0], api: broker.api, token: await broker.token('fuzz', PERMISSIONS) };
});
afterAll(() => broker?.[Symbol.asyncDispose]());

describe.each(Object.keys(CONVERSERS))('what strangers send: %s', (name) => {
  it('is answered, refused or ended, and a healthy call works after it', async () => {
    if (!tried) throw new Error('The broker is not running yet.');
    const target = CONVERSERS[name]?.(tried, 0);
    if (!target) throw new Error(`There is no ${name}.`);
    for (const { input } of seedsOf(name)) await target.try(input);
    expect(await campaign(target, { inputs: INPUTS, seed: SEED })).toBeUndefined();
    await target.close?.();
    await healthyCall(tried);
  });
});
