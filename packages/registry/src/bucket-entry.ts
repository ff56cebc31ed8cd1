import type { MsgHdrs } from '@nats-io/transport-node';
import type { BucketEntry } from './bucket-port.ts';

const OPERATION = 'KV-Operation';
/** Set by the server on what it writes where an entry has expired. */
const MARKER = 'Nats-Marker-Reason';

const text = new TextDecoder();

/** @param message as the bucket's stream holds it */
export function entryOf(
  key: string,
  revision: number,
  message: { readonly headers: MsgHdrs | undefined; readonly data: Uint8Array },
): BucketEntry {
  const { headers, data } = message;
  const operation = headers?.has(MARKER) ? 'PURGE' : headers?.get(OPERATION) || 'PUT';
  return {
    key,
    revision,
    operation: operation as BucketEntry['operation'],
    json: <T>() => JSON.parse(text.decode(data)) as T,
  };
}
