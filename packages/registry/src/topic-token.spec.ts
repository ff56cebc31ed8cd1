import { isSlug, type Slug } from '@dasf-broker/protocol';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { topicToken } from './topic-token.ts';

const slug = fc
  .oneof(
    fc.string({ unit: fc.constantFrom(...'aZ9_-'), minLength: 1, maxLength: 255 }),
    fc.string({ unit: fc.constantFrom('a', 'ß', '天', '٣', '𝒜'), minLength: 1, maxLength: 255 }),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  )
  .filter(isSlug);

/** What nats-server takes as one token of a subject and the client as a key. */
const ONE_TOKEN = /^[-/=\w]+$/;

it('is one subject token and a registry key, for any name', () => {
  fc.assert(
    fc.property(slug, (name) => {
      expect(topicToken(name)).toMatch(ONE_TOKEN);
      expect(topicToken(name).length).toBeLessThanOrEqual(170);
    }),
  );
});

it('tells any two names apart', () => {
  fc.assert(
    fc.property(slug, slug, (one, other) => {
      expect(topicToken(one) === topicToken(other)).toBe(one === other);
    }),
  );
});

it.each(['ü', '天気', 'a'.repeat(129), 'ü'.repeat(63), 'ü'.repeat(64), '𝒜'.repeat(255)])(
  'tells %s apart from the name that is its base64url',
  (name) => {
    const alike = Buffer.from(name).toString('base64url') as Slug;
    expect(topicToken(alike)).not.toBe(topicToken(name as Slug));
  },
);

it('leaves short ASCII names as they are, so that subjects can be read', () => {
  expect(topicToken('weather_-1' as Slug)).toBe('weather_-1');
});
