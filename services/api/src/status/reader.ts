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
}
