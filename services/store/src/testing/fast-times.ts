import type { StoreTimes } from '../times.ts';

/** What takes seconds in operation takes tenths of them in tests. */
export const FAST_TIMES: Partial<StoreTimes> = {
  lease: 1000,
  leaseRenewal: 200,
  standby: 50,
  logCheck: 200,
  gathering: 25,
};
