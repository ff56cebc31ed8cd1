import type { TopicDetails } from '@dasf-broker/readmodel';

/** What was seen of a topic (AVL-1). */
export interface Signs {
  readonly lastPing: Date | null;
  readonly lastPong: Date | null;
  /** Connections that consume from the topic now. */
  readonly consumers: number;
}

/** What this service asks the read model. Whoever implements it need not wait for anything: it answers as of now. */
export interface TopicStatusReader {
  /** `null`: the read model does not know the topic, at least not yet. */
  lastSigns(uid: string): Promise<Signs | null>;
  /** The log sequence up to which the partition is folded; 0 before the first fold. */
  foldedUpTo(partition: number): Promise<number>;
  /** Of these topics, by uid; one that the read model does not know is missing. */
  details(uids: readonly string[]): Promise<ReadonlyMap<string, TopicDetails>>;
  /** How its module describes its functions: JSON as it was sent; `null` where none did. */
  apiInfo(uid: string): Promise<string | null>;
}

/**
 * The same reader, whose questions fail after `deadline` milliseconds. The database's own time limits do not help
 * where it, or the network to it, has stopped.
 */
export function withDeadline(reader: TopicStatusReader, deadline: number): TopicStatusReader {
  return {
    lastSigns: (uid) => inTime(reader.lastSigns(uid), deadline),
    foldedUpTo: (partition) => inTime(reader.foldedUpTo(partition), deadline),
    details: (uids) => inTime(reader.details(uids), deadline),
    apiInfo: (uid) => inTime(reader.apiInfo(uid), deadline),
  };
}

/** @throws an error where there is no answer within `deadline` milliseconds */
export async function inTime<T>(answer: Promise<T>, deadline: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('The read model did not answer in time.')), deadline);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
