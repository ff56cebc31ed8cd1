import type { RunResult } from '../execute.ts';
import type { Versions } from '../versions.ts';

/** A line of the results file. */
export interface RecordedRun extends RunResult {
  /** Unknown where the stack could not be started. */
  readonly versions?: Versions;
}
