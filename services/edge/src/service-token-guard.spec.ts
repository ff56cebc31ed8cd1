import { type Identity, NO_PERMISSIONS } from '@dasf-broker/access';
import { parseFrame } from '@dasf-broker/protocol';
import { eventually } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { ServiceTokenGuard, takeOfTrusted } from './service-token-guard.ts';

const module: Identity = { user: 'tides', permissions: NO_PERMISSIONS, serviceToken: 'a' };
const person: Identity = { user: 'ada', permissions: NO_PERMISSIONS };

/** Service tokens of which a test says how old the copy is and what the leader answers. */
function scene() {
  const listeners = new Set<(id: string) => void>();
  const tokens = {
    age: 0,
    known: new Set(['a']),
    lead: async (id: string): Promise<unknown> => (tokens.known.has(id) ? { id } : undefined),
    get: (id: string): unknown => (tokens.known.has(id) ? { id } : undefined),
    onRevoked: (listener: (id: string) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const guard = new ServiceTokenGuard(tokens as ConstructorParameters<typeof ServiceTokenGuard>[0]);
  const ended: string[] = [];
  return {
    tokens,
    guard,
    ended,
    watch: (name: string, identity = module) => guard.watch(identity, () => ended.push(name)),
    revoke: (id: string) => {
      tokens.known.delete(id);
      for (const listener of listeners) listener(id);
    },
    [Symbol.dispose]: () => guard[Symbol.dispose](),
  };
}

describe('AUT-6 the guard of open connections', () => {
  it('ends those of a token that is revoked, once, and no others', () => {
    using here = scene();
    here.watch('one');
    here.watch('two')();
    here.watch('three');
    here.watch('other', { ...module, serviceToken: 'b' });
    here.watch('person', person);
    here.ended.length = 0;
    here.revoke('a');
    here.revoke('a');
    expect(here.ended).toEqual(['one', 'three']);
    expect(here.guard.isTrusted(module)).toBe(false);
    expect(here.guard.isTrusted(person)).toBe(true);
  });

  it('ends at once what was revoked while it connected', () => {
    using here = scene();
    here.revoke('a');
    here.watch('late');
    expect(here.ended).toEqual(['late']);
  });

  it('asks the leader while the copy is old, and believes him', async () => {
    using here = scene();
    here.watch('one');
    here.tokens.age = 10_000;
    expect(here.guard.isTrusted(module)).toBe(false);
    await eventually(() => here.guard.isTrusted(module));
    here.tokens.known.delete('a');
    await eventually(() => here.ended.length === 1, 1500);
    expect(here.guard.isTrusted(module)).toBe(false);
  });

  it('trusts nobody while the leader is away, ends nobody, and goes on afterwards', async () => {
    using here = scene();
    here.watch('one');
    const { lead } = here.tokens;
    let asked = 0;
    here.tokens.lead = async () => {
      asked += 1;
      throw new Error('away');
    };
    here.tokens.age = 10_000;
    await eventually(() => asked > 2);
    expect([here.guard.isTrusted(module), here.ended]).toEqual([false, []]);
    here.tokens.lead = lead;
    await eventually(() => here.guard.isTrusted(module));
  });
});

describe('PUB-9 frames of a token that cannot be checked', () => {
  const take = async () => ({ messageId: 'm', done: Promise.resolve() });
  const frame = parseFrame(Buffer.from('{}'));

  it('wait until it can be', async () => {
    using here = scene();
    here.watch('one');
    here.tokens.age = 10_000;
    await takeOfTrusted(here.guard, module, take, 5000)(frame, performance.now());
  });

  it('are answered within their deadline', async () => {
    using here = scene();
    here.tokens.age = 10_000;
    const taking = takeOfTrusted(here.guard, module, take, 300)(frame, performance.now());
    await expect(taking).rejects.toMatchObject({ number: 8 });
  });

  it('are refused once it is known to be revoked', async () => {
    using here = scene();
    here.revoke('a');
    const taking = takeOfTrusted(here.guard, module, take, 5000)(frame, performance.now());
    await expect(taking).rejects.toMatchObject({ number: 6 });
  });
});
