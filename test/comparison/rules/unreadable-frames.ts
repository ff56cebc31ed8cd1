import type { ComparedBroker } from '../brokers/broker.ts';
import { type Comparison, differs, type Outcome } from '../comparison.ts';
import { connect } from '../connect.ts';
import { answerTo, nextOrEnd, outstanding, publish } from '../observe.ts';
import { KEEPS_CONNECTION, NULL_IS_ABSENT } from '../reasons.ts';
import { openTopic } from '../topics.ts';

/** Answer and what is kept of a frame that is published while nobody listens. */
async function kept(broker: ComparedBroker, frame: string | Uint8Array): Promise<string> {
  const { topic, alice } = await openTopic(broker, { supportsDasf: false });
  await using producer = await connect(broker, topic, alice);
  const answer = await answerTo(producer, frame);
  const stored = (await outstanding(broker, topic, alice)) === 'nothing' ? 'nothing kept' : 'kept';
  if (answer.startsWith('closed')) return `${answer}, ${stored}`;
  return `${answer}, ${stored}, the next one: ${await answerTo(producer, { payload: 'next' })}`;
}

async function toConsumer(broker: ComparedBroker, frame: string): Promise<string> {
  const { topic, alice } = await openTopic(broker, { supportsDasf: false });
  await using consumer = await connect(broker, `${topic}/c`, alice);
  consumer.send(frame);
  await publish(broker, topic, alice, { payload: 'm' });
  const next = await nextOrEnd(consumer);
  return typeof next === 'string' ? next : 'ignored, further messages come';
}

const LOST = 'closed with 1011, nothing kept';
const TAKEN = 'ok, kept, the next one: ok';

function refused(theirs: string, errorMsg: string, reason: string = KEEPS_CONNECTION): Outcome {
  return differs(theirs, `send-error:3, ${errorMsg}, nothing kept, the next one: ok`, reason);
}

/** Frames to a producer connection. */
const TO_PRODUCERS: readonly (readonly [string, string, Outcome])[] = [
  ['no JSON', 'nonsense', refused(LOST, 'The frame must be a JSON object.')],
  ['no object', '[1]', refused(LOST, 'The frame must be a JSON object.')],
  ['`properties` that are a list', '{"properties":[1]}', refused(LOST, 'properties must be an object.')],
  [
    'a `requestContext` that is an object',
    '{"properties":{"requestContext":{}}}',
    refused(LOST, 'requestContext must be a string or a number.'),
  ],
  [
    'a `payload` that is a number',
    '{"payload":7}',
    refused(TAKEN, 'payload must be a string.', 'clients rely on a text; theirs does not look'),
  ],
  [
    'a `requestContext` that is text',
    '{"properties":{"requestContext":"one"}}',
    differs(
      LOST,
      TAKEN,
      'it is a number or text; theirs keeps it in a column of numbers (`BrokerMessage.context`)',
    ),
  ],
  ['`null` for `messageId`', '{"messageId":null}', differs(LOST, TAKEN, NULL_IS_ABSENT)],
  ['`null` for `properties`', '{"properties":null}', differs(LOST, TAKEN, NULL_IS_ABSENT)],
  [
    '`null` for `response_topic`',
    '{"properties":{"response_topic":null}}',
    differs(LOST, TAKEN, NULL_IS_ABSENT),
  ],
  ['an empty `response_topic`', '{"properties":{"response_topic":""}}', TAKEN],
];

const TO_CONSUMERS = [
  ['no JSON', 'nonsense'],
  ['an object without `messageId`', '{}'],
] as const;

export const unreadableFramesCompared: readonly Comparison[] = [
  ...TO_PRODUCERS.map(
    ([what, frame, outcome]): Comparison => ({
      rule: 'FRM-2',
      tried: `to a producer connection: ${what}`,
      outcome,
      observe: (broker) => kept(broker, frame),
    }),
  ),
  {
    rule: 'FRM-2',
    tried: 'to a pong connection: no JSON',
    outcome: differs('closed with 1011', 'send-error:3, The frame must be a JSON object.', KEEPS_CONNECTION),
    async observe(broker) {
      await using pong = await connect(broker, 'status-ping', await broker.user());
      return await answerTo(pong, 'nonsense');
    },
  },
  ...TO_CONSUMERS.map(
    ([what, frame]): Comparison => ({
      rule: 'FRM-2',
      tried: `to a consumer connection: ${what}`,
      outcome: differs('closed with 1011', 'ignored, further messages come', KEEPS_CONNECTION),
      observe: (broker) => toConsumer(broker, frame),
    }),
  ),
  {
    rule: 'FRM-3',
    tried: 'a binary frame',
    outcome: differs(LOST, 'closed with 1003, nothing kept', 'the code says what was wrong'),
    observe: (broker) => kept(broker, new Uint8Array([123, 125])),
  },
];
