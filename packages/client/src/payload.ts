/** A value as DASF clients put it into `payload`: JSON, then base64. */
export function encodePayload(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}

/** @throws {SyntaxError} where the payload holds no JSON */
export function decodePayload(payload: string): unknown {
  return JSON.parse(decodeText(payload));
}

/** The text in a payload, such as a module's error. */
export function decodeText(payload: string): string {
  return Buffer.from(payload, 'base64').toString('utf8');
}
