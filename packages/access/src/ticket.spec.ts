import { describe, expect, it } from 'vitest';
import { createOpaqueToken, digestOf, SERVICE_TOKEN, TICKET } from './opaque-token.ts';
import { NO_PERMISSIONS } from './permission-set.ts';
import type { Identity } from './permissions.ts';
import { NO_SERVICE_TOKENS, type ServiceToken } from './service-token.ts';
import { redeemTicket } from './ticket.ts';

const NOW = new Date('2030-05-01T12:00:00Z');
const ada: Identity = { user: 'ada', permissions: NO_PERMISSIONS };
const ticket = createOpaqueToken(TICKET);

function exchangeOf(identity: Identity) {
  const left = new Map([[digestOf(TICKET, ticket)?.hash, identity]]);
  return {
    left,
    find: async (hash: string) => {
      const found = left.get(hash);
      return found && { identity: found, use: async () => left.delete(hash) };
    },
  };
}

describe('AUT-1 a ticket', () => {
  it('lets in whom it was issued to, once', async () => {
    const exchange = exchangeOf(ada);
    expect(await redeemTicket(ticket, exchange, NO_SERVICE_TOKENS, NOW)).toEqual({ ...ada, byTicket: true });
    await expect(redeemTicket(ticket, exchange, NO_SERVICE_TOKENS, NOW)).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
      status: 401,
    });
  });

  it('T12: lets in one of those who bring it at once', async () => {
    const exchange = exchangeOf(ada);
    const all = [1, 2].map(() => redeemTicket(ticket, exchange, NO_SERVICE_TOKENS, NOW));
    const outcomes = await Promise.allSettled(all);
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  it('is not used up by an upgrade that is refused', async () => {
    const away = () => Promise.reject(new Error('away'));
    const module = exchangeOf({ ...ada, serviceToken: 'a' });
    await expect(redeemTicket(ticket, module, { find: away }, NOW)).rejects.toThrow();
    expect(module.left.size).toBe(1);
    const exchange = exchangeOf(ada);
    const full = () => {
      throw new Error('full');
    };
    await expect(redeemTicket(ticket, exchange, NO_SERVICE_TOKENS, NOW, full)).rejects.toThrow('full');
    expect(await redeemTicket(ticket, exchange, NO_SERVICE_TOKENS, NOW)).toEqual({ ...ada, byTicket: true });
  });

  it('T33: says the same of whatever is no good', async () => {
    const faults = ['', 'dasft_', 'x', createOpaqueToken(TICKET), createOpaqueToken(SERVICE_TOKEN)].map(
      (text) => redeemTicket(text, exchangeOf(ada), NO_SERVICE_TOKENS, NOW).catch(({ message }) => message),
    );
    expect(new Set(await Promise.all(faults))).toEqual(
      new Set(['The ticket is not known here, was used already, or is too old.']),
    );
  });

  it('ends with the token that it was issued for', async () => {
    const exchange = exchangeOf({ ...ada, expiresAt: NOW.getTime() });
    await expect(redeemTicket(ticket, exchange, NO_SERVICE_TOKENS, NOW)).rejects.toMatchObject({
      code: 'TOKEN_EXPIRED',
    });
  });

  it('is worthless where its service token was revoked', async () => {
    const module = { ...ada, serviceToken: 'a' };
    const known = { find: async () => ({}) as ServiceToken };
    expect(await redeemTicket(ticket, exchangeOf(module), known, NOW)).toEqual({ ...module, byTicket: true });
    await expect(redeemTicket(ticket, exchangeOf(module), NO_SERVICE_TOKENS, NOW)).rejects.toMatchObject({
      code: 'TOKEN_INVALID',
    });
  });

  it('is refused for the time being where nobody can say', async () => {
    const away = () => Promise.reject(new Error('away'));
    const unreachable = { code: 'TOKENS_UNREACHABLE', status: 503 };
    await expect(redeemTicket(ticket, { find: away }, NO_SERVICE_TOKENS, NOW)).rejects.toMatchObject(
      unreachable,
    );
    const module = exchangeOf({ ...ada, serviceToken: 'a' });
    await expect(redeemTicket(ticket, module, { find: away }, NOW)).rejects.toMatchObject(unreachable);
    const found = { find: async () => ({ identity: ada, use: away }) };
    await expect(redeemTicket(ticket, found, NO_SERVICE_TOKENS, NOW)).rejects.toMatchObject(unreachable);
  });
});
