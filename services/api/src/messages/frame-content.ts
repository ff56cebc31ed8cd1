import { isWritable } from '../writable-json.ts';

/** What a message's payload is: base64 by convention, which may hold JSON, other text, or neither. */
export interface Payload {
  readonly kind: 'json' | 'text' | 'binary';
  /** The text, or the base64 of what is none. */
  readonly text: string;
  /** Of the whole payload, decoded. */
  readonly bytes: number;
  /** The text ends before the payload does. */
  readonly truncated: boolean;
}

export interface FrameContent {
  readonly context: string | number | null;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly payload: Payload | null;
}

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * What a stored frame says.
 *
 * @param shown characters of the payload at most
 * @returns nothing where the frame is none
 */
export function readContent(frame: Uint8Array, shown: number): FrameContent | null {
  const fields = parsed(Buffer.from(frame).toString());
  if (typeof fields !== 'object' || fields === null) return null;
  const { context, properties, payload } = fields as Record<string, unknown>;
  return {
    context: typeof context === 'string' || typeof context === 'number' ? context : null,
    properties:
      typeof properties === 'object' && properties !== null && isWritable(properties)
        ? { ...properties }
        : {},
    payload: typeof payload === 'string' ? readPayload(payload, shown) : null,
  };
}

/** Fragments are cut anywhere, and nothing makes a client encode: what is no base64 is taken as it is. */
function readPayload(payload: string, shown: number): Payload {
  const isEncoded = payload.length % 4 === 0 && BASE64.test(payload);
  const bytes = isEncoded ? Buffer.from(payload, 'base64') : Buffer.from(payload);
  const text = textOf(bytes);
  const kind = text === undefined ? 'binary' : parsed(text) === undefined ? 'text' : 'json';
  const whole = text ?? payload;
  return { kind, text: whole.slice(0, shown), bytes: bytes.length, truncated: whole.length > shown };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = utf8.decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
