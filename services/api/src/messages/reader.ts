import type { MessageDetails, MessageList, MessageQuery } from '@dasf-broker/readmodel';
import type { AuditReader } from '../audit/routes.ts';
import { ApiFault } from '../faults.ts';
import { inTime } from '../status/reader.ts';

/** What is asked of stored messages; `undefined` where there is no such thing, or no longer. */
export interface MessageReader extends AuditReader {
  messages(query: MessageQuery): Promise<MessageList>;
  message(partition: number, sequence: number): Promise<MessageDetails | undefined>;
  /** Of a message that is not in pieces. */
  frame(partition: number, sequence: number): Promise<Uint8Array | undefined>;
  /** @param ordinal from 1 */
  piece(partition: number, sequence: number, ordinal: number): Promise<Uint8Array | undefined>;
}

/** The same reader, which says `READ_MODEL_UNREACHABLE` where it fails, or takes longer than `deadline` ms. */
export function reachable(reader: MessageReader, deadline: number): MessageReader {
  const asked = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await inTime(answer, deadline);
    } catch (cause) {
      throw new ApiFault('READ_MODEL_UNREACHABLE', 'The database does not answer; try again.', { cause });
    }
  };
  return {
    acts: (query) => asked(reader.acts(query)),
    messages: (query) => asked(reader.messages(query)),
    message: (partition, sequence) => asked(reader.message(partition, sequence)),
    frame: (partition, sequence) => asked(reader.frame(partition, sequence)),
    piece: (partition, sequence, ordinal) => asked(reader.piece(partition, sequence, ordinal)),
  };
}
