import type { Found } from './campaign.ts';

/** How a target took all its inputs. */
export interface Outcome {
  readonly found: Found | undefined;
  /** What is wrong without any one input being to blame. */
  readonly faults: readonly string[];
  /** What was measured, for people. */
  readonly figures: string;
}
