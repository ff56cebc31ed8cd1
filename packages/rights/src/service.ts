/** Who has a user of its own on NATS; `operator` is the migration. */
export const SERVICES = ['edge', 'api', 'store', 'operator'] as const;
export type Service = (typeof SERVICES)[number];

/** Which log it is that there are rights to. */
export interface Installation {
  readonly namespace: string;
  readonly partitions: number;
  /** Begins the names of the accounts, where that is not the namespace. */
  readonly account?: string;
}
