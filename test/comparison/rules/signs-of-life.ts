import { randomUUID } from 'node:crypto';
import type { DasfSocket } from '../../harness/index.ts';
import type { ComparedBroker, TopicSettings, User } from '../brokers/broker.ts';
import { type Comparison, differs, type Outcome } from '../comparison.ts';
import { ask, connect } from '../connect.ts';
import { publish } from '../observe.ts';
import { statusOf } from '../status.ts';
import { openTopic } from '../topics.ts';

/** Does something to a topic; returns who is to stay connected. */
type Happening = (broker: ComparedBroker, topic: string, alice: User) => Promise<DasfSocket | undefined>;

/** The status of a topic after something happened to it. */
function after(happening: Happening, settings: TopicSettings = {}) {
  return async (broker: ComparedBroker): Promise<string> => {
    const { topic, alice } = await openTopic(broker, settings);
    await using _staying = await happening(broker, topic, alice);
    return await statusOf(broker, topic, alice);
  };
}

const nothing: Happening = async () => undefined;

const pinged: Happening = async (broker, topic, alice) => {
  await ask(broker, `${topic}/ping/`, alice, { method: 'POST' });
  return undefined;
};

const published: Happening = async (broker, topic, alice) => {
  await publish(broker, topic, alice, { payload: 'm' });
  return undefined;
};

const delivered: Happening = async (broker, topic, alice) => {
  const consumer = await connect(broker, `${topic}/c`, alice);
  await published(broker, topic, alice);
  await consumer.nextMessage();
  return consumer;
};

function acknowledged(messageId?: string): Happening {
  return async (broker, topic, alice) => {
    const consumer = await connect(broker, `${topic}/c`, alice);
    await published(broker, topic, alice);
    const frame = await consumer.nextMessage();
    consumer.acknowledge(messageId === undefined ? frame : { messageId });
    return consumer;
  };
}

const redelivered: Happening = async (broker, topic, alice) => {
  await published(broker, topic, alice);
  await statusOf(broker, topic, alice);
  await broker.age(topic, 600, null);
  const consumer = await connect(broker, `${topic}/c`, alice);
  await consumer.nextMessage();
  return consumer;
};

/** A module with nothing to do is asked what it can (AVL-6). */
function asked(acknowledges: boolean): Happening {
  return async (broker, topic, alice) => {
    const module = await connect(broker, `${topic}/c`, alice);
    const question = await module.next();
    if (acknowledges) module.acknowledge(question);
    return module;
  };
}

/** Seconds since the last ping and the last pong. */
function aged(ping: number, pong: number | null): Happening {
  return async (broker, topic, alice) => {
    // The row of a new topic may still be on its way.
    await pinged(broker, topic, alice);
    await statusOf(broker, topic, alice);
    await broker.age(topic, ping, pong);
    return undefined;
  };
}

const UNKNOWN = '503 Status unknown';
const OFFLINE = '503 Consumer could not be reached';
const ONLINE = '200 Consumer connected';

const ASKING_IS_NO_PING =
  'only pings and messages make a topic known to be online or not; the next ping is at most a minute away';

/** The rule, what happens to a topic, and its status afterwards. */
const HAPPENINGS: readonly (readonly [string, string, Happening, Outcome])[] = [
  ['AVL-1', 'nothing', nothing, UNKNOWN],
  ['AVL-1', 'a ping while nobody is connected', pinged, OFFLINE],
  [
    'AVL-1',
    'a message while nobody is connected',
    published,
    differs(UNKNOWN, OFFLINE, 'a message that nobody takes tells as much as a ping that nobody answers'),
  ],
  ['AVL-1', 'a message to a consumer that does not acknowledge it', delivered, OFFLINE],
  ['AVL-1', 'an outstanding message, sent again on connecting', redelivered, OFFLINE],
  [
    'AVL-1',
    'a module connects that has nothing to do, and does not answer',
    asked(false),
    differs(OFFLINE, UNKNOWN, ASKING_IS_NO_PING),
  ],
  [
    'AVL-1',
    'a module connects that has nothing to do, and acknowledges what it is asked',
    asked(true),
    differs(ONLINE, UNKNOWN, ASKING_IS_NO_PING),
  ],
  ['AVL-1', 'a message is acknowledged', acknowledged(), ONLINE],
  ['ACK-4', 'an acknowledgement of an id that nobody knows', acknowledged(randomUUID()), ONLINE],
  ['AVL-2', 'a ping of just now, a pong eight seconds older', aged(1, 9), ONLINE],
  ['AVL-2', 'a ping of just now, a pong fifteen seconds older', aged(1, 16), OFFLINE],
  ['AVL-2', 'a ping of just now, never a pong', aged(1, null), OFFLINE],
  ['AVL-2', 'ping and pong nearly two minutes ago', aged(110, 110), ONLINE],
  ['AVL-2', 'ping and pong more than two minutes ago', aged(130, 130), UNKNOWN],
];

export const signsOfLifeCompared: readonly Comparison[] = [
  ...HAPPENINGS.map(
    ([rule, what, happening, outcome]): Comparison => ({
      rule,
      tried: `the status of a topic after: ${what}`,
      outcome,
      observe: after(happening),
    }),
  ),
  {
    rule: 'AVL-1',
    tried: 'the status of a topic after: a message is acknowledged that is not stored',
    outcome: ONLINE,
    observe: after(acknowledged(), { storeMessages: 'disabled' }),
  },
];
