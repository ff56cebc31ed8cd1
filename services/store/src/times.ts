/** All in milliseconds. */
export interface StoreTimes {
  /** How long a partition belongs to a worker that does not renew. */
  readonly lease: number;
  readonly leaseRenewal: number;
  /** How often a worker that stands by asks whether the partition is free. */
  readonly standby: number;
  /** How often a log that must not be folded is looked at again, and one that may is checked. */
  readonly logCheck: number;
  /** How long a question waits until the log is folded. */
  readonly answer: number;
  /** How long the registry may be ahead of the log before the missing event is appended. */
  readonly registryGrace: number;
  /** GC-2 */
  readonly edgeSilence: number;
  /** How often edges are judged. */
  readonly edgeCheck: number;
  /** AVL-5 */
  readonly pingInterval: number;
  /** How often a worker says that it has nothing new to announce. */
  readonly announcement: number;
  /** PUB-9 */
  readonly append: number;
}

export const STORE_TIMES: StoreTimes = {
  lease: 10_000,
  leaseRenewal: 3000,
  standby: 1000,
  logCheck: 5000,
  answer: 4000,
  registryGrace: 5000,
  edgeSilence: 30_000,
  edgeCheck: 5000,
  pingInterval: 60_000,
  announcement: 1000,
  append: 5000,
};
