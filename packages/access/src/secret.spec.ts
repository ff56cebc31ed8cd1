import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSecret, SecretError } from './secret.ts';

describe('AUT-3 the shared secret', () => {
  it.each(['base64', 'base64url'] as const)('is read as %s, with white space around it', (encoding) => {
    const bytes = randomBytes(48);
    expect(parseSecret(`${bytes.toString(encoding)}\n`)).toEqual(new Uint8Array(bytes));
  });

  it.each([
    ['31 bytes', randomBytes(31).toString('base64url'), /31 bytes.*needs 32/],
    ['nothing', ' ', /base64/],
    ['a sentence', 'correct horse battery staple, correct horse', /base64/],
    ['a repeated word', 'changeme'.repeat(8), /not random/],
    ['zeros', Buffer.alloc(64).toString('base64'), /not random/],
  ])('is refused: %s', (_, text, message) => {
    expect(() => parseSecret(text)).toThrow(SecretError);
    expect(() => parseSecret(text)).toThrow(message);
  });

  it('is not repeated in the error', () => {
    const text = randomBytes(20).toString('base64url');
    expect(() => parseSecret(text)).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(text) }),
    );
  });
});
