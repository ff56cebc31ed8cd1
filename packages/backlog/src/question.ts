import type { Slug } from '@dasf-broker/protocol';

/** Which messages of a topic has this user still to get? */
export interface BacklogQuestion {
  readonly partition: number;
  readonly topic: Slug;
  readonly uid: string;
  readonly user: string;
  /** Only messages after this sequence; 0 for all. */
  readonly after: number;
  /**
   * Only messages up to this sequence, which the store folds first: the log's end when the consumer came. What
   * was stored later passes it live.
   */
  readonly upTo: number;
}

/** Which bytes are this piece of the frame at this sequence? */
export interface PieceQuestion {
  readonly partition: number;
  /** Of the message. */
  readonly sequence: number;
  /** From 1. */
  readonly ordinal: number;
}

/** No store answered, or one that cannot at the moment. Ask again. */
export class BacklogUnavailable extends Error {
  readonly code = 'BACKLOG_UNAVAILABLE';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BacklogUnavailable';
  }
}
