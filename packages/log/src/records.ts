import type { LogEvent } from './events.ts';

/** An event at its place in a partition. */
export interface LogRecord<E extends LogEvent = LogEvent> {
  readonly partition: number;
  readonly sequence: number;
  /** When the log stored it, in milliseconds since the epoch. */
  readonly time: number;
  readonly event: E;
}

/** What stands in the log and cannot be read as an event. */
export interface UnreadableRecord {
  readonly partition: number;
  readonly sequence: number;
  readonly time: number;
  readonly event: undefined;
  readonly subject: string;
  readonly headers: string;
  readonly body: Uint8Array;
  readonly reason: string;
  /** A type of event that this version does not know, where it stands on that type's subject: a newer one wrote it. */
  readonly newerType?: string;
}
