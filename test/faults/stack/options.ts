import type { NatsRelease } from './nats-program.ts';

/** What kind of machine the stack is to run on. */
export interface StackOptions {
  /** Where everything is kept; must be empty. */
  readonly folder: string;
  readonly edges: number;
  readonly stores: number;
  readonly apis: number;
  /** More than one: each in a network of its own, with a copy of the log. */
  readonly logServers: 1 | 3;
  /** Which nats-servers it needs; it begins with the first. */
  readonly natsReleases: readonly [NatsRelease, ...NatsRelease[]];
  /** What the log may grow to (`max_file_store`), in bytes. */
  readonly logBytes: number;
  /** On which kind of disk the log and the database are. */
  readonly logDisk: 'plain' | 'power-cut' | 'small';
  readonly databaseDisk: 'plain' | 'power-cut' | 'small';
  /** False: the negative control, a log that does not sync before it answers. */
  readonly sync: boolean;
  /** `DASF_` variables for every service. */
  readonly settings: Readonly<Record<string, string>>;
}

export const PLAIN: Omit<StackOptions, 'folder'> = {
  edges: 2,
  stores: 2,
  apis: 2,
  logServers: 1,
  natsReleases: ['present'],
  logBytes: 1024 ** 3,
  logDisk: 'plain',
  databaseDisk: 'plain',
  sync: true,
  settings: {},
};
