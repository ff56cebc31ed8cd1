import type { Slug } from './names.ts';

/**
 * Why a frame was not taken: the number behind `send-error:` (PUB-7).
 *
 * - 3: the frame is at fault; the same frame will never pass.
 * - 6: not allowed; it passes when topic or right appear.
 * - 8: unknown outcome; a retry with the same `messageId` settles it (PUB-9).
 */
export type RefusalNumber = 3 | 6 | 8;

/** A frame that is answered with an error. The message is sent to the client. */
export class Refusal extends Error {
  readonly code: string;
  readonly number: RefusalNumber;

  constructor(code: string, number: RefusalNumber, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.number = number;
  }
}

export const refusals = {
  unreadable: (what: string) => new Refusal('FRAME_UNREADABLE', 3, what),
  badName: (what: string) => new Refusal('NAME_INVALID', 3, what),
  tooLarge: (limit: number) =>
    new Refusal('FRAME_TOO_LARGE', 3, `The frame is larger than the ${limit} bytes this broker takes.`),
  propertiesTooLarge: () =>
    new Refusal(
      'PROPERTIES_TOO_LARGE',
      3,
      'What this broker reads of the properties is larger than it takes.',
    ),
  noSourceTopic: () => new Refusal('SOURCE_TOPIC_MISSING', 3, 'No source topic found.'),
  badApiInfo: (what: string) => new Refusal('API_INFO_INVALID', 3, what),
  unknownTopic: (topic: Slug) => new Refusal('TOPIC_UNKNOWN', 6, `Topic ${topic} does not exist.`),
  mayNotCreate: () => new Refusal('TOPIC_CREATION_FORBIDDEN', 6, 'User is not allowed to create topics.'),
  mayNotPublish: () => new Refusal('PUBLISH_FORBIDDEN', 6, 'User is not allowed to publish to this topic'),
  tooManyTopics: () =>
    new Refusal('TOO_MANY_TOPICS', 6, 'There are too many topics already; some must be deleted first.'),
  tooMuchOutstanding: () =>
    new Refusal(
      'TOO_MUCH_OUTSTANDING',
      6,
      'Too much of what this user published, or was answered, has not been acknowledged yet; some must be first.',
    ),
  responseTopicTaken: (topic: Slug) =>
    new Refusal('RESPONSE_TOPIC_TAKEN', 6, `Response topic ${topic} belongs to someone else.`),
  unknownOutcome: (why: string) =>
    new Refusal('OUTCOME_UNKNOWN', 8, `${why} Send the frame again with the same messageId.`),
} as const;
