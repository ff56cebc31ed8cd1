import type { SubjectName } from '../subjects/subject.ts';
import type { Machine } from './machine.ts';

/** What `npm run bench` writes. */
export interface Results {
  readonly machine: Machine;
  readonly startedAt: string;
  readonly minutes: number;
  readonly sizes: Readonly<Record<string, number>>;
  /** What was not measured, and why. */
  readonly skipped: readonly string[];
  readonly samples: readonly Sample[];
  /** Measurements that came to nothing, and why. */
  readonly failures: readonly string[];
}

/** One measurement of one round. */
export interface Sample {
  readonly workload: string;
  readonly subject: SubjectName;
  readonly round: number;
  /** Load average of the last minute as it began. */
  readonly load: number;
  readonly values: Values;
}

/** By what it is: `perSecond`, `delivered.p99` (ms), `cpu.edge` (µs a message), `memory.edge` (KiB). */
export type Values = Readonly<Record<string, number>>;
