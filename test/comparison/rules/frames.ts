import type { ComparedBroker } from '../brokers/broker.ts';
import { type Comparison, differs, type Setup } from '../comparison.ts';
import { connect } from '../connect.ts';
import { answerTo, messages, publish } from '../observe.ts';
import { openTopic } from '../topics.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00$/;
const MEBIBYTE = 1024 * 1024;
const PATIENCE_MS = 30_000;

/** What becomes of a frame that is published while somebody listens: the answer, and the frame as it arrives. */
async function passed(
  broker: ComparedBroker,
  frame: string | object,
): Promise<{ answer: string; text: string }> {
  const { topic, alice } = await openTopic(broker, { supportsDasf: false });
  await using consumer = await connect(broker, `${topic}/c`, alice);
  const answer = await publish(broker, topic, alice, frame);
  return { answer, text: answer === 'ok' ? await consumer.nextText(PATIENCE_MS) : '{}' };
}

function unread(what: string, field: string, theirs: string, reason: string): Comparison {
  return {
    rule: 'FRM-1',
    tried: what,
    outcome: differs(theirs, `ok, delivered as ${field}`, reason),
    async observe(broker) {
      const { answer, text } = await passed(broker, `{${field}}`);
      const delivered = new RegExp(`"${field.split('"')[1]}": ?([^,}]+)`).exec(text)?.[0].replace(': ', ':');
      return answer === 'ok' ? `ok, delivered as ${delivered}` : answer;
    },
  };
}

function sized(
  mebibytes: number,
  rest: Pick<Comparison, 'outcome'> & { setup?: Setup; how?: string },
): Comparison {
  const { how = '', ...given } = rest;
  return {
    rule: 'FRM-3',
    tried: `a frame of ${mebibytes} MiB${how}`,
    ...given,
    async observe(broker) {
      const payload = 'x'.repeat(mebibytes * MEBIBYTE);
      const { answer, text } = await passed(broker, { payload });
      return answer === 'ok' && JSON.parse(text).payload === payload ? 'ok, delivered whole' : answer;
    },
  };
}

export const framesCompared: readonly Comparison[] = [
  {
    rule: 'FRM-1',
    tried: 'fields and properties that the broker does not know',
    outcome: 'delivered as sent',
    async observe(broker) {
      const sent = { payload: 'aGk=', more: { list: [1, null, 'ü'] }, properties: { 'odd key': [true] } };
      const { messageId: _, publishTime: __, ...rest } = JSON.parse((await passed(broker, sent)).text);
      const sorted = (frame: object) => JSON.stringify(Object.entries(frame).toSorted());
      return sorted(rest) === sorted(sent) ? 'delivered as sent' : `delivered as ${JSON.stringify(rest)}`;
    },
  },
  unread(
    'a number as `1.50`',
    '"more":1.50',
    'ok, delivered as "more":1.5',
    'what the broker does not read is not its to rewrite; theirs writes the JSON of every frame anew',
  ),
  unread(
    'a number beyond 2^64',
    '"more":123456789012345678901',
    'closed with 1011',
    'the same; theirs stores the message, then fails to pack it for Redis',
  ),
  unread(
    'a NUL in a text',
    '"payload":"a\\u0000b"',
    'closed with 1011',
    'the same; theirs stores frames as `jsonb`, which takes no NUL',
  ),
  unread(
    'a `messageId` that is no UUID',
    '"messageId":"mine"',
    'closed with 1011',
    'the id is the client’s; theirs has a column of UUIDs for it (`BrokerMessage.message_id`)',
  ),
  {
    rule: 'FRM-1',
    tried: 'an empty object',
    outcome: 'delivered with messageId (a UUID), publishTime (RFC 3339)',
    async observe(broker) {
      const { text } = await passed(broker, {});
      const said = Object.entries(JSON.parse(text)).map(([key, value]) => {
        const known = UUID.test(`${value}`) ? 'a UUID' : RFC_3339.test(`${value}`) ? 'RFC 3339' : value;
        return `${key} (${known})`;
      });
      return `delivered with ${said.toSorted().join(', ')}`;
    },
  },
  {
    rule: 'FRM-1',
    tried: 'a `publishTime` of the client',
    outcome: 'overwritten',
    async observe(broker) {
      const { text } = await passed(broker, { publishTime: 'yesterday' });
      return JSON.parse(text).publishTime === 'yesterday' ? 'kept' : 'overwritten';
    },
  },
  sized(3, { outcome: 'ok, delivered whole' }),
  sized(3, {
    how: ', where theirs is served by daphne 4.2.3 as that is preset',
    setup: 'preset frame sizes',
    outcome: differs(
      'closed with 1006',
      'ok, delivered whole',
      'the Python client never splits requests; daphne takes 1 MiB since 4.2.2, unless it is told otherwise',
    ),
  }),
  sized(17, {
    outcome: differs(
      'ok, delivered whole',
      'send-error:3, The frame is larger than the 16777216 bytes this broker takes.',
      'memory has a bound, `DASF_MAX_FRAME_BYTES` (16 MiB, at most 64 MiB); theirs has none of its own',
    ),
  }),
  {
    rule: 'FRM-4',
    tried: 'five fragments of one answer',
    outcome: 'delivered in the order 0, 1, 2, 3, 4',
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await using consumer = await connect(broker, `${topic}/c`, alice);
      await using producer = await connect(broker, topic, alice);
      for (let fragment = 0; fragment < 5; fragment += 1) {
        await answerTo(producer, { properties: { num_fragments: 5, fragment } });
      }
      const order = (await messages(broker, consumer)).map((frame) => frame.properties.fragment);
      return `delivered in the order ${order.join(', ')}`;
    },
  },
];
