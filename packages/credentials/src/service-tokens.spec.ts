import { digestOf, SERVICE_TOKEN } from '@dasf-broker/access';
import { eventually, HeldLine } from '@dasf-broker/testing';
import { Kvm } from '@nats-io/kv';
import { describe, expect, inject, it } from 'vitest';
import { aRequest, testInstances } from './testing/instances.ts';

const idOf = (token: string) => digestOf(SERVICE_TOKEN, token)?.id ?? expect.fail('no token');

describe('AUT-6 service tokens', () => {
  it('are known everywhere the moment that they are made', async () => {
    await using instances = testInstances();
    const [here, there] = [await instances.serviceTokens(), await instances.serviceTokens()];
    for (let round = 0; round < 20; round += 1) {
      const { token, entry } = await here.create(aRequest());
      expect(await there.find(idOf(token))).toEqual(entry);
    }
  });

  it('are kept as hashes: the bucket holds none of them', async () => {
    await using instances = testInstances();
    const tokens = await instances.serviceTokens();
    const { token } = await tokens.create(aRequest());
    const kv = await new Kvm(await instances.client()).open(`${instances.options.namespace}-service-tokens`);
    const stored = (await kv.get(idOf(token)))?.string() ?? '';
    expect(stored).toContain('"subject":"tides"');
    expect(stored).not.toContain(token.slice(SERVICE_TOKEN.length));
  });

  it('are gone everywhere the moment that they are revoked, and listeners are told', async () => {
    await using instances = testInstances();
    const [here, there] = [await instances.serviceTokens(), await instances.serviceTokens()];
    const gone: string[] = [];
    there.onRevoked((id) => gone.push(id));
    const { entry } = await here.create(aRequest());
    expect(await there.find(entry.id)).toEqual(entry);
    expect(await here.revoke(entry.id)).toEqual(entry);
    expect(await there.lead(entry.id)).toBeUndefined();
    await eventually(() => gone.length === 1);
    expect(await there.find(entry.id)).toBeUndefined();
    expect([gone, [...there.list()]]).toEqual([[entry.id], []]);
    await expect(here.revoke(entry.id)).rejects.toMatchObject({ code: 'SERVICE_TOKEN_UNKNOWN' });
  });

  it('stay after a restart of the service, and revoked ones do not come back', async () => {
    await using instances = testInstances();
    const before = await instances.serviceTokens();
    const [kept, lost] = [await before.create(aRequest()), await before.create(aRequest())];
    await before.revoke(lost.entry.id);
    const after = await instances.serviceTokens();
    expect([...after.list()]).toEqual([kept.entry]);
  });

  it.each([
    ['anonymous', { subject: 'anonymous' }, /No token may claim/],
    ['Anonymous in wide letters', { subject: 'ａｎｏｎｙｍｏｕｓ' }, /No token may claim/],
    ['no subject', { subject: ' ' }, /A subject has/],
    ['no name', { name: '' }, /A name has/],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, /A name has/],
    ['what is no permission', { permissions: ['can_fly:*'] }, /"can_fly:\*" is no permission: take/],
    ['an end that has passed', { expires: new Date(0) }, /must end in the future/],
  ])('are not made for %s', async (_, change, message) => {
    await using instances = testInstances();
    const tokens = await instances.serviceTokens();
    await expect(tokens.create(aRequest(change))).rejects.toThrow(message);
    expect([...tokens.list()]).toEqual([]);
  });

  it.each(['*', '>', '', 'a b', '../x'])('T14: none is revoked by the id %j', async (id) => {
    await using instances = testInstances();
    const tokens = await instances.serviceTokens();
    await tokens.create(aRequest());
    await expect(tokens.revoke(id)).rejects.toMatchObject({ code: 'SERVICE_TOKEN_UNKNOWN' });
    expect([...tokens.list()]).toHaveLength(1);
  });
});

describe('AUT-6 while a copy is old', () => {
  it('the leader decides, and who cannot reach him in time decides nothing', async () => {
    await using instances = testInstances();
    const there = await instances.serviceTokens();
    await using line = await HeldLine.to(inject('natsUrl'));
    const here = await instances.serviceTokens(line.url);
    const { entry } = await there.create(aRequest());
    await eventually(() => here.get(entry.id));
    line.hold();
    await eventually(() => here.age > 2000);
    await there.revoke(entry.id);
    expect(here.get(entry.id)).toEqual(entry);
    const asked = performance.now();
    await expect(here.find(entry.id)).rejects.toThrow();
    expect(performance.now() - asked).toBeLessThan(2000);
    line.release();
    await eventually(async () => (await here.find(entry.id).catch(() => true)) === undefined);
  });

  it('a watch that was begun anew tells of what was revoked in between', async () => {
    await using instances = testInstances();
    const there = await instances.serviceTokens();
    await using line = await HeldLine.to(inject('natsUrl'));
    const here = await instances.serviceTokens(line.url);
    const gone: string[] = [];
    here.onRevoked((id) => gone.push(id));
    const { entry } = await there.create(aRequest());
    await eventually(() => here.get(entry.id));
    line.cut();
    await there.revoke(entry.id);
    await eventually(() => gone.length === 1);
    expect(here.get(entry.id)).toBeUndefined();
  });
});
