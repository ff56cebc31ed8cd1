import type { Slot } from './limits/connection-slots.ts';
import type { EdgeLimits } from './limits/edge-limits.ts';
import type { Limit } from './limits/limit-watch.ts';

/** What a client is told whose upgrade would pass a little later (CLS-1, CLS-4), by the limit or what else stands against it. */
const REFUSALS = {
  draining: ['DRAINING', 'This edge is stopping; connect again.'],
  'accept rate': ['TOO_MANY_UPGRADES', 'Too many clients connect at once; connect again.'],
  'accept rate per address': [
    'TOO_MANY_UPGRADES',
    'Too many clients of your address connect at once; connect again.',
  ],
  connections: ['TOO_MANY_CONNECTIONS', 'This edge has all the connections that it takes.'],
  'connections per address': [
    'TOO_MANY_CONNECTIONS',
    'Your address has all the connections that it may have.',
  ],
  'connections per user': ['TOO_MANY_CONNECTIONS', 'You have all the connections that a user may have.'],
} as const satisfies Partial<Record<Limit | 'draining', readonly [string, string]>>;

/** An upgrade that is refused with 503: it may pass later. */
export class UpgradeOverload extends Error {
  readonly code: string;

  constructor(reason: keyof typeof REFUSALS) {
    const [code, detail] = REFUSALS[reason];
    super(detail);
    this.name = 'UpgradeOverload';
    this.code = code;
  }
}

/** What is met by upgrades that come too often. */
export type AcceptLimit = 'accept rate' | 'accept rate per address';

export function overload({ watch }: EdgeLimits, limit: AcceptLimit): UpgradeOverload {
  watch.hit(limit);
  return new UpgradeOverload(limit);
}

const MOST_MISSING_S = 0.25;

/**
 * Counts an upgrade that came by a proxy as its client's, and as one of all.
 *
 * @throws {UpgradeOverload}
 */
export function countUpgrade(limits: EdgeLimits, address: string): void {
  // The address first: who comes too often must not use up what is there for all.
  if (!limits.acceptRateByAddress.of(address).take()) throw overload(limits, 'accept rate per address');
  // Those that came by none wait until there is one (upgrade-requests.ts), and take it at once.
  if (!limits.acceptRate.take(limits.settings.acceptRate * MOST_MISSING_S))
    throw overload(limits, 'accept rate');
}

/**
 * Lets an upgrade take its place before anything is done for it.
 *
 * @throws {UpgradeOverload}
 */
export function takeSlot(limits: EdgeLimits, address: string): Slot {
  const slot = limits.slots.take(address);
  if (typeof slot === 'string') throw new UpgradeOverload(slot);
  return slot;
}

/**
 * Counts a connection as its user's.
 *
 * @throws {UpgradeOverload}
 */
export function claimSlot(slot: Slot, user: string): void {
  const refusal = slot.claim(user);
  if (refusal) throw new UpgradeOverload(refusal);
}
