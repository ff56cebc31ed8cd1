import { BYTE } from './json-text.ts';

/** A string's content from its JSON text. */
export function decodeString(text: Uint8Array): string {
  const written = textOf(text);
  return text.includes(BYTE.BACKSLASH) ? (JSON.parse(written) as string) : written.slice(1, -1);
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
