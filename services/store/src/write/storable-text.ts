/**
 * Text that a client wrote into a frame, as PostgreSQL can hold it: a string in JSON may contain NUL, text may
 * not. The frame itself is kept as bytes.
 */
export function storableText(text: string | undefined): string | null {
  return text === undefined ? null : text.replaceAll('\0', '\uFFFD');
}
