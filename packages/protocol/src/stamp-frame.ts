import type { Frame } from './frame.ts';
import { BYTE, skipWhitespace } from './json-text.ts';

const COMMA = Buffer.from(',');

/**
 * The frame to store and deliver: as it came, with the broker's `messageId` and `publishTime` (FRM-1).
 *
 * @param publishTime RFC 3339 with offset
 */
export function stampFrame(frame: Frame, messageId: string, publishTime: string): Buffer {
  return Buffer.concat(stampedParts(frame, messageId, publishTime));
}

/** The same in parts that follow on each other; what is of the frame shares its memory. */
export function stampedParts(frame: Frame, messageId: string, publishTime: string): readonly Uint8Array[] {
  const ownId = frame.messageId === undefined;
  const id = ownId ? `"messageId":${JSON.stringify(messageId)},` : '';
  const stamps = Buffer.from(`${id}"publishTime":${JSON.stringify(publishTime)}}`);
  const parts: Uint8Array[] = [Buffer.from('{')];
  for (const kept of keptParts(frame, ownId)) parts.push(kept, COMMA);
  return [...parts, stamps];
}

/** Now, as `publishTime` is written: RFC 3339 with a numeric offset, which older Python versions can read. */
export function publishTimeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '+00:00');
}

/** What stands before, between and after the members that are left out. */
function* keptParts({ bytes, stamps }: Frame, ownId: boolean): Generator<Uint8Array> {
  let from = skipWhitespace(bytes, 0) + 1;
  for (const { key, start, end } of stamps) {
    if (key === 'messageId' && !ownId) continue;
    yield* members(bytes, from, start);
    from = end;
  }
  yield* members(bytes, from, bytes.lastIndexOf(BYTE.CLOSE_OBJECT));
}

/** Whole members with what parts them, without white space and commas around them. */
function* members(bytes: Uint8Array, start: number, end: number): Generator<Uint8Array> {
  let from = start;
  let to = end;
  while (from < to && isBetween(bytes[from])) from += 1;
  while (to > from && isBetween(bytes[to - 1])) to -= 1;
  if (from < to) yield bytes.subarray(from, to);
}

function isBetween(byte: number | undefined): boolean {
  return byte === BYTE.COMMA || byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
