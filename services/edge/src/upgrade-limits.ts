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

/** Counts an upgrade as its address's, and as one of all; says what stands against it where there are too many. */
export function countUpgrade(limits: EdgeLimits, address: string): UpgradeOverload | undefined {
  const limit = rateMet(limits, address);
  if (limit === undefined) return undefined;
  limits.watch.hit(limit);
  return new UpgradeOverload(limit);
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

/** The address first: who comes too often must not use up what is there for all. */
function rateMet(
  { acceptRate, acceptRateByAddress }: EdgeLimits,
  address: string,
): 'accept rate' | 'accept rate per address' | undefined {
  if (!acceptRateByAddress.of(address).take()) return 'accept rate per address';
  return acceptRate.take() ? undefined : 'accept rate';
}
