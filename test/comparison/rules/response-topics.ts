import type { ComparedBroker, User } from '../brokers/broker.ts';
import { type Comparison, differs } from '../comparison.ts';
import { connect } from '../connect.ts';
import { outstanding, payloads, publish } from '../observe.ts';
import { SAYS_ERROR } from '../reasons.ts';
import { openTopic } from '../topics.ts';

/** A public topic with a module, and a caller with a response topic's name. */
async function call(broker: ComparedBroker) {
  const { topic, alice: module } = await openTopic(broker, { public: true });
  const answers = `${topic}_abcdefgh`;
  return { topic, module, answers, caller: await broker.user() };
}

const naming = (answers: string) => ({
  properties: { messageType: 'request', response_topic: answers, requestContext: 1 },
});
const ANSWER = { payload: 'answer', properties: { messageType: 'response', requestContext: '1' } };

async function request(broker: ComparedBroker): Promise<string> {
  const { topic, module, answers, caller } = await call(broker);
  await using listening = await connect(broker, `${answers}/c`, caller);
  const asked = await publish(broker, topic, caller, naming(answers));
  const answered = await publish(broker, answers, module, ANSWER);
  return `request: ${asked}, answer: ${answered}, the caller is sent ${await payloads(broker, listening)}`;
}

/** What becomes of naming a response topic that exists already. */
async function namedAgain(
  broker: ComparedBroker,
  choose: (made: {
    topic: string;
    answers: string;
    caller: User;
  }) => Promise<{ topic: string; by: User; name: string }>,
): Promise<string> {
  const { topic, answers, caller } = await call(broker);
  await publish(broker, topic, caller, naming(answers));
  const again = await choose({ topic, answers, caller });
  return publish(broker, again.topic, again.by, naming(again.name));
}

export const responseTopicsCompared: readonly Comparison[] = [
  {
    rule: 'RSP-1',
    tried: 'a request by a user who may make no topics; he listens before (RSP-2)',
    outcome: 'request: ok, answer: ok, the caller is sent answer',
    observe: request,
  },
  {
    rule: 'RSP-1',
    tried: 'the same, where messages make no topics',
    outcome: 'request: ok, answer: ok, the caller is sent answer',
    setup: 'without creation',
    observe: request,
  },
  {
    rule: 'RSP-1',
    tried: 'an answer by a module that was given the right to consume after the response topic was made',
    outcome: differs(
      'User is not allowed to publish to this topic',
      'ok',
      'whoever may consume the topic may answer; theirs gives the right once, when the response topic is made',
    ),
    async observe(broker) {
      const { topic, answers, caller } = await call(broker);
      await publish(broker, topic, caller, naming(answers));
      const late = await broker.user();
      await broker.grant(topic, { can_consume: [late] });
      return publish(broker, answers, late, ANSWER);
    },
  },
  {
    rule: 'RSP-1',
    tried: 'an answer by somebody who may not consume the topic',
    outcome: differs(
      'User is not allowed to publish to this topic',
      'send-error:6, User is not allowed to publish to this topic',
      SAYS_ERROR,
    ),
    async observe(broker) {
      const { topic, answers, caller } = await call(broker);
      await publish(broker, topic, caller, naming(answers));
      return publish(broker, answers, await broker.user(), ANSWER);
    },
  },
  {
    rule: 'RSP-1',
    tried: 'an answer, read by somebody else',
    outcome: 'sent nothing',
    async observe(broker) {
      const { topic, module, answers, caller } = await call(broker);
      await publish(broker, topic, caller, naming(answers));
      await publish(broker, answers, module, ANSWER);
      return `sent ${await outstanding(broker, answers, await broker.user())}`;
    },
  },
  {
    rule: 'RSP-3',
    tried: 'the caller’s own response topic, named again',
    outcome: 'ok',
    observe: (broker) =>
      namedAgain(broker, async ({ topic, caller, answers }) => ({ topic, by: caller, name: answers })),
  },
  {
    rule: 'RSP-3',
    tried: 'another user’s response topic',
    outcome: differs(
      'ok',
      'send-error:6, Response topic … belongs to someone else.',
      'nobody names another’s response topic; theirs takes the message, without a right to the answers',
    ),
    observe: (broker) =>
      namedAgain(broker, async ({ topic, answers }) => ({ topic, by: await broker.user(), name: answers })),
  },
  {
    rule: 'RSP-3',
    tried: 'a response topic of another topic',
    outcome: differs(
      'closed with 1011',
      'send-error:6, Response topic … belongs to someone else.',
      'the message is refused, not the connection lost',
    ),
    observe: (broker) =>
      namedAgain(broker, async ({ caller, answers }) => ({
        topic: await broker.topic({ public: true }),
        by: caller,
        name: answers,
      })),
  },
  {
    rule: 'RSP-3',
    tried: 'an ordinary topic as response topic',
    outcome: differs(
      'closed with 1011',
      'send-error:6, Response topic … belongs to someone else.',
      'as above',
    ),
    observe: (broker) =>
      namedAgain(broker, async ({ topic, caller }) => ({ topic, by: caller, name: await broker.topic() })),
  },
  {
    rule: 'RSP-4',
    tried: '`status-ping` as response topic, on one topic and then on another',
    outcome: differs(
      'ok, then closed with 1011',
      'ok, then ok',
      'browsers name it in their pings; theirs makes a response topic of that name, which is then another topic’s',
    ),
    async observe(broker) {
      const first = await call(broker);
      const answer = await publish(broker, first.topic, first.caller, naming('status-ping'));
      const second = await call(broker);
      const next = await publish(broker, second.topic, second.caller, naming('status-ping'));
      await broker.remove(first.topic); // And with it what this has left behind, for another try.
      return `${answer}, then ${next}`;
    },
  },
  {
    rule: 'RSP-5',
    tried: 'a late answer after the topic of the request was deleted',
    outcome: differs(
      'User is not allowed to create topics.',
      'send-error:6, Topic … does not exist.',
      SAYS_ERROR,
    ),
    async observe(broker) {
      const { topic, module, answers, caller } = await call(broker);
      await publish(broker, topic, caller, naming(answers));
      await broker.remove(topic);
      return publish(broker, answers, module, ANSWER);
    },
  },
];
