import { expect, it } from 'vitest';
import type { Slug } from './names.ts';
import { type Refusal, refusals } from './refusal.ts';

const topic = 'weather' as Slug;

it.each<[Refusal, string, number, string]>([
  [refusals.unreadable('Why.'), 'FRAME_UNREADABLE', 3, 'Why.'],
  [refusals.badName('Why.'), 'NAME_INVALID', 3, 'Why.'],
  [refusals.tooLarge(10), 'FRAME_TOO_LARGE', 3, 'The frame is larger than the 10 bytes this broker takes.'],
  [
    refusals.propertiesTooLarge(),
    'PROPERTIES_TOO_LARGE',
    3,
    'What this broker reads of the properties is larger than it takes.',
  ],
  [refusals.noSourceTopic(), 'SOURCE_TOPIC_MISSING', 3, 'No source topic found.'],
  [refusals.badApiInfo('Why.'), 'API_INFO_INVALID', 3, 'Why.'],
  [refusals.unknownTopic(topic), 'TOPIC_UNKNOWN', 6, 'Topic weather does not exist.'],
  [refusals.mayNotCreate(), 'TOPIC_CREATION_FORBIDDEN', 6, 'User is not allowed to create topics.'],
  [refusals.mayNotPublish(), 'PUBLISH_FORBIDDEN', 6, 'User is not allowed to publish to this topic'],
  [
    refusals.tooManyTopics(),
    'TOO_MANY_TOPICS',
    6,
    'There are too many topics already; some must be deleted first.',
  ],
  [
    refusals.tooMuchOutstanding(),
    'TOO_MUCH_OUTSTANDING',
    6,
    'Too much of what this user published, or was answered, has not been acknowledged yet; some must be first.',
  ],
  [
    refusals.responseTopicTaken(topic),
    'RESPONSE_TOPIC_TAKEN',
    6,
    'Response topic weather belongs to someone else.',
  ],
  [
    refusals.unknownOutcome('Why.'),
    'OUTCOME_UNKNOWN',
    8,
    'Why. Send the frame again with the same messageId.',
  ],
])('PUB-7: %s', (refusal, code, number, message) => {
  expect(refusal).toBeInstanceOf(Error);
  expect(refusal).toMatchObject({ code, number, message });
});

it('PUB-7: no code stands for two refusals', () => {
  const codes = Object.values(refusals).map((make) => (make as (what: never) => Refusal)('x' as never).code);
  expect(new Set(codes).size).toBe(codes.length);
});
