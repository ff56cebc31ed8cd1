import type { WireAddress } from '../load/wires/wire.ts';

export type SubjectName = 'dasf-broker' | 'dasf-broker-django' | 'rabbitmq' | 'floor';

/** A broker under load, as whoever measures sees it. */
export interface Subject {
  readonly name: SubjectName;
  readonly wire: WireAddress;
  /** Messages of a topic under way at a time, where more would only wait. */
  readonly mostInFlight?: number;
  /** The processes it consists of, by what they are. */
  pids(): Readonly<Record<string, number>>;
  /** So many topics that nobody else uses. */
  topics(count: number, retention?: 'cache' | 'store'): Promise<string[]>;
  /** Resolves when it has nothing left to do. */
  settled(): Promise<void>;
}
