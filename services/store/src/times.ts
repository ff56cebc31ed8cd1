/** All in milliseconds. */
export interface StoreTimes {
  /** How long a partition belongs to a worker that does not renew. */
  readonly lease: number;
  readonly leaseRenewal: number;
  /** How often a worker that stands by asks whether the partition is free. */
  readonly standby: number;
  /** How often a log that must not be folded is looked at again, and one that may is checked. */
  readonly logCheck: number;
  /** How long events are gathered before they are folded, where nobody waits for them. */
  readonly gathering: number;
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
  /** How often unused response topics and old messages are looked for. */
  readonly cleanUp: number;
  /** After this every edge knows of a change of the registry, or asks before it relies on its copy. */
  readonly registryStaleness: number;
  /** How often it is looked how much the log holds. */
  readonly truncationCheck: number;
  /** How much longer than necessary the log keeps what it keeps: a truncation stalls publishers. */
  readonly truncationSlack: number;
  /** What is younger stays in the log, however full it is. */
  readonly logReserve: number;
  /** How often a worker says that it has nothing new to announce. */
  readonly announcement: number;
  /** How often it is looked who has too much outstanding, where that is quickly done. */
  readonly quotaCheck: number;
  /** PUB-9 */
  readonly append: number;
}

export const STORE_TIMES: StoreTimes = {
  lease: 10_000,
  leaseRenewal: 3000,
  standby: 1000,
  logCheck: 5000,
  gathering: 250,
  answer: 4000,
  registryGrace: 5000,
  edgeSilence: 30_000,
  edgeCheck: 5000,
  pingInterval: 60_000,
  cleanUp: 60_000,
  registryStaleness: 2500,
  truncationCheck: 30_000,
  truncationSlack: 300_000,
  logReserve: 600_000,
  announcement: 1000,
  quotaCheck: 5000,
  append: 5000,
};
