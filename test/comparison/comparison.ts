import type { ComparedBroker } from './brokers/broker.ts';

/** How the brokers are set up that a comparison needs. */
export type Setup = 'ordinary' | 'preset frame sizes' | 'hurried' | 'without creation' | 'to be stopped';

/** One thing that is tried with both brokers. */
export interface Comparison {
  readonly rule: string;
  /** What is tried, as the document tells it. */
  readonly tried: string;
  readonly outcome: Outcome;
  readonly setup?: Setup;
  /** Tries it, and says what was seen. */
  readonly observe: (broker: ComparedBroker) => Promise<string>;
}

/** What is seen with both. */
export type Outcome = string | Difference;

export interface Difference {
  /** What dasf-broker-django does. */
  readonly theirs: string;
  /** What this broker does, which is the rule. */
  readonly ours: string;
  readonly reason: string;
  /** What theirs is seen to do, where that is not the same each time. */
  readonly theirsVaries?: readonly string[];
}

export function differs(theirs: string, ours: string, reason: string): Difference {
  return { theirs, ours, reason };
}

export function expected(outcome: Outcome): Pick<Difference, 'theirs' | 'ours' | 'theirsVaries'> {
  return typeof outcome === 'string' ? { theirs: outcome, ours: outcome } : outcome;
}
