import type { Generator } from '../load/generator.ts';
import type { Values } from '../results/results.ts';
import type { Sizes } from '../sizes.ts';
import type { BareServers } from '../subjects/bare-servers.ts';
import type { OurBroker } from '../subjects/our-broker.ts';
import type { Peers } from '../subjects/peers.ts';
import type { SubjectName } from '../subjects/subject.ts';

/** What is there to be measured, and to measure it with. */
export interface Scene {
  readonly sizes: Sizes;
  readonly generator: Generator;
  readonly bare: BareServers;
  readonly ours: OurBroker;
  readonly peers: Peers;
  /** What a workload starts for itself ends with the run. */
  readonly closing: AsyncDisposableStack;
}

/** One figure of each round: those of a round are taken one after the other, so that they can be compared. */
export interface Measurement {
  readonly workload: string;
  readonly subject: SubjectName;
  /** @param seconds less where it is to warm up */
  measure(seconds: number): Promise<Values>;
  /** Where it takes long, it is not taken in every round. */
  readonly rounds?: number;
  /** Where false, its first run counts. */
  readonly warmUp?: boolean;
}

/** A workload by its letter; what it needs beforehand (topics, stored messages) is made as it is opened. */
export type Workload = (scene: Scene) => Promise<readonly Measurement[]>;
