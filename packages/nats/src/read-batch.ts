import {
  type DirectBatchOptions,
  JetStreamError,
  type JetStreamManager,
  type StoredMsg,
} from '@nats-io/jetstream';

const NOT_FOUND = 404;

export interface Batch {
  /** The first sequence that is wanted. */
  readonly from: number;
  /** Only what is stored on it; else everything. */
  readonly subject?: string;
  readonly messages: number;
  /** May be passed by one message. */
  readonly bytes?: number;
}

/**
 * What a stream holds from a sequence on, in its order; nothing where there is nothing. Any copy of the stream may
 * answer, also one that lags behind.
 */
export async function* readBatch(
  jsm: JetStreamManager,
  stream: string,
  { from, subject, messages, bytes }: Batch,
): AsyncGenerator<StoredMsg> {
  // The client's types allow one of the two bounds; the server takes both.
  const options = {
    seq: from,
    batch: messages,
    ...(subject === undefined ? {} : { next_by_subj: subject }),
    ...(bytes === undefined ? {} : { max_bytes: bytes }),
  } as DirectBatchOptions;
  try {
    yield* await jsm.direct.getBatch(stream, options);
  } catch (error) {
    // The client library throws where nothing matches.
    if (!(error instanceof JetStreamError && 'code' in error && error.code === NOT_FOUND)) throw error;
  }
}
