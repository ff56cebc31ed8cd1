import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../history/history.ts';
import type { Announced } from '../history/records.ts';
import type { Random } from '../random.ts';
import type { StackOptions } from '../stack/options.ts';
import type { FaultStack } from '../stack/stack.ts';
import type { Workload } from '../workload/workload.ts';

export interface FaultContext {
  readonly stack: FaultStack;
  readonly random: Random;
  readonly history: History;
  readonly workload: Workload;
}

/** One way to break things; when it returns, all that it broke is whole again. */
export interface Fault {
  /** As in the list of faults: F0, F1, … */
  readonly id: string;
  readonly title: string;
  /** What machine it needs, where that is not a plain one. */
  readonly stack?: Partial<StackOptions>;
  /** It ends edges, stores or apis. */
  readonly endsServices?: boolean;
  /** It mounts file systems. */
  readonly needsRoot?: boolean;
  /** In words: what else it takes that is not to be had here. */
  missing?(): Promise<string | undefined>;
  /** What services say of themselves while it lasts. */
  readonly announced?: readonly Announced[];
  /** The negative control: what this must lose, or the others prove nothing. */
  readonly mustLose?: boolean;
  inject(context: FaultContext): Promise<void>;
}

/** Waits for a time between two bounds, in milliseconds. */
export async function within(random: Random, least: number, most: number): Promise<void> {
  await sleep(random.between(least, most));
}
