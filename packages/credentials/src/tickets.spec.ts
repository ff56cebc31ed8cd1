import { digestOf, type Identity, parsePermissions, TICKET } from '@dasf-broker/access';
import { eventually, HeldLine } from '@dasf-broker/testing';
import { Kvm } from '@nats-io/kv';
import { describe, expect, inject, it } from 'vitest';
import { testInstances } from './testing/instances.ts';
import type { Tickets } from './tickets.ts';

const ada = {
  user: 'ada',
  permissions: parsePermissions(['add_brokertopic', 'can_consume:weather', 'can_produce:tides-*'])
    .permissions,
  expiresAt: 1_900_000_000_000,
  serviceToken: '0123456789abcdef',
};
/** Finds it and uses it up. */
async function redeem(tickets: Tickets, hash: string): Promise<Identity | undefined> {
  const found = await tickets.find(hash);
  return found && (await found.use()) ? found.identity : undefined;
}
const hashOf = (ticket: string) => digestOf(TICKET, ticket)?.hash ?? expect.fail('no ticket');

describe('AUT-1 tickets', () => {
  it('are exchanged for all that is known of whom they were issued to', async () => {
    await using instances = testInstances();
    const [here, there] = [await instances.tickets(), await instances.tickets()];
    const { ticket, expires } = await here.issue(ada);
    expect(ticket).toMatch(/^dasft_[A-Za-z0-9_-]{48}$/);
    expect(Math.abs(expires.getTime() - Date.now() - 30_000)).toBeLessThan(1000);
    expect(await redeem(there, hashOf(ticket))).toEqual(ada);
  });

  it('T12: are exchanged once, however many bring them at once and wherever', async () => {
    await using instances = testInstances();
    const edges = [await instances.tickets(), await instances.tickets(), await instances.tickets()] as const;
    for (let round = 0; round < 10; round += 1) {
      const hash = hashOf((await edges[0].issue(ada)).ticket);
      const all = await Promise.all(
        Array.from({ length: 15 }, (_, index) => redeem(edges[index % 3] ?? edges[0], hash)),
      );
      expect(all.filter((one) => one !== undefined)).toEqual([ada]);
      expect(await edges[0].find(hash)).toBeUndefined();
    }
  });

  it('vanish with their time, and leave nothing behind', async () => {
    await using instances = testInstances();
    const nc = await instances.client();
    const tickets = await instances.tickets(undefined, 1000);
    const [unused, used] = [await tickets.issue(ada), await tickets.issue(ada)];
    await redeem(tickets, hashOf(used.ticket));
    const kv = await new Kvm(nc).open(`${instances.options.namespace}-tickets`);
    const held = async () => (await kv.status()).streamInfo.state.messages;
    expect(await held()).toBe(2);
    await eventually(async () => (await held()) === 0);
    expect(await tickets.find(hashOf(unused.ticket))).toBeUndefined();
  });

  it.each([
    'junk',
    'null',
    '{}',
    '{"user":7}',
    '{"user":"ada","expiresAt":"soon"}',
    '{"user":"ada","serviceToken":7}',
  ])('are not known where the bucket holds something else: %s', async (text) => {
    await using instances = testInstances();
    const tickets = await instances.tickets();
    const hash = hashOf((await tickets.issue(ada)).ticket);
    const kv = await new Kvm(await instances.client()).open(`${instances.options.namespace}-tickets`);
    await kv.put(hash, text);
    expect(await tickets.find(hash)).toBeUndefined();
  });

  it('are not exchanged where nobody can say whether they were used, and that is said in time', async () => {
    await using instances = testInstances();
    await using line = await HeldLine.to(inject('natsUrl'));
    const tickets = await instances.tickets(line.url);
    const { ticket } = await tickets.issue(ada);
    line.hold();
    const asked = performance.now();
    await expect(tickets.find(hashOf(ticket))).rejects.toThrow();
    expect(performance.now() - asked).toBeLessThan(2000);
  });

  it('are given back where nobody could say in time that they were used', async () => {
    await using instances = testInstances();
    await using line = await HeldLine.to(inject('natsUrl'));
    const [here, there] = [await instances.tickets(line.url), await instances.tickets()];
    const hash = hashOf((await there.issue(ada)).ticket);
    const found = await here.find(hash);
    line.hold();
    await expect(found?.use()).rejects.toThrow();
    expect(await there.find(hash)).toBeUndefined();
    line.release();
    expect(await eventually(() => redeem(there, hash))).toEqual(ada);
    expect(await redeem(here, hash)).toBeUndefined();
  });

  it('are taken once also where they are given back just then', async () => {
    await using instances = testInstances();
    const tickets = await instances.tickets();
    const hash = hashOf((await tickets.issue(ada)).ticket);
    const found = await tickets.find(hash);
    const kv = await new Kvm(await instances.client()).open(`${instances.options.namespace}-tickets`);
    await kv.put(hash, (await kv.get(hash))?.string() ?? '');
    expect(await found?.use()).toBe(true);
    expect(await found?.use()).toBe(false);
  });

  it('are not given back where somebody else used them', async () => {
    await using instances = testInstances();
    await using line = await HeldLine.to(inject('natsUrl'));
    const [here, there] = [await instances.tickets(line.url), await instances.tickets()];
    const hash = hashOf((await there.issue(ada)).ticket);
    const found = await here.find(hash);
    expect(await redeem(there, hash)).toEqual(ada);
    line.hold();
    await expect(found?.use()).rejects.toThrow();
    line.release();
    for (let turn = 0; turn < 10; turn += 1) expect(await redeem(here, hash)).toBeUndefined();
    expect(await there.find(hash)).toBeUndefined();
  });

  it('are not used up where that could not be said in time any more', async () => {
    await using instances = testInstances();
    const tickets = await instances.tickets();
    const hash = hashOf((await tickets.issue(ada)).ticket);
    const found = await tickets.find(hash);
    await new Promise((resolve) => setTimeout(resolve, 1600));
    await expect(found?.use()).rejects.toThrow();
    expect(await redeem(tickets, hash)).toEqual(ada);
  });
});
