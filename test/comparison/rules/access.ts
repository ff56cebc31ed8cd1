import type { ComparedBroker, User } from '../brokers/broker.ts';
import { newName } from '../brokers/broker.ts';
import { type Comparison, differs } from '../comparison.ts';
import { ask, connect, connecting } from '../connect.ts';
import { outstanding, payloads, publish } from '../observe.ts';
import { SAYS_ERROR } from '../reasons.ts';
import { openTopic } from '../topics.ts';

/** Whether somebody is taken for who he is: for a user who may make topics. */
async function known(
  broker: ComparedBroker,
  headersOf: (user: User) => Record<string, string>,
): Promise<string> {
  const alice = await broker.user('add_brokertopic');
  const user = { ...broker.anonymous, token: headersOf(alice) };
  const connection = await connecting(broker, newName(), user);
  if (connection !== 'accepted') return connection;
  const answer = await publish(broker, newName(), user, {});
  return answer === 'ok' ? 'taken for the user' : `taken for anonymous (${answer})`;
}

const withScheme = (scheme: string) => (user: User) => ({
  authorization: `${scheme} ${user.token['authorization']?.split(' ')[1]}`,
});

/** A page of this origin, opened by a user who is signed in. */
function page(broker: ComparedBroker, origin: 'own' | 'foreign'): Promise<string> {
  const { host } = new URL(broker.websockets);
  const from = { origin: origin === 'own' ? `http://${host}` : 'https://evil.example' };
  return known(broker, (user) => ({ ...user.cookie, ...from }));
}

export const accessCompared: readonly Comparison[] = [
  ...['Token', 'Bearer'].map(
    (scheme): Comparison => ({
      rule: 'AUT-1',
      tried: `\`Authorization: ${scheme}\``,
      outcome: 'taken for the user',
      observe: (broker) => known(broker, withScheme(scheme)),
    }),
  ),
  {
    rule: 'AUT-1',
    tried: '`Authorization: Basic`',
    outcome: differs(
      'taken for anonymous (User is not allowed to create topics.)',
      'taken for anonymous (send-error:6, User is not allowed to create topics.)',
      SAYS_ERROR,
    ),
    observe: (broker) => known(broker, withScheme('Basic')),
  },
  {
    rule: 'AUT-1',
    tried: 'the token as a subprotocol beside `dasf`',
    outcome: differs(
      'Error: Server sent no subprotocol',
      'accepted as `dasf`',
      'a browser can set no headers; theirs selects no subprotocol, at which browsers fail the connection',
    ),
    async observe(broker) {
      const [, token] = (await broker.user()).token['authorization']?.split(' ') ?? [];
      return connecting(broker, newName(), broker.anonymous, { protocols: ['dasf', `dasf.bearer.${token}`] });
    },
  },
  {
    rule: 'AUT-1',
    tried:
      'the cookie of who is signed in (the site’s session; here `dasf_token`), on a page of the broker’s own origin',
    outcome: 'taken for the user',
    observe: (broker) => page(broker, 'own'),
  },
  {
    rule: 'AUT-2',
    tried: 'no token, on a topic that lets `anonymous` consume',
    outcome: 'sent m',
    async observe(broker) {
      const topic = await broker.topic({ public: true }, { can_consume: [broker.anonymous] });
      await publish(broker, topic, broker.anonymous, { payload: 'm' });
      return `sent ${await outstanding(broker, topic, broker.anonymous)}`;
    },
  },
  {
    rule: 'AUT-2',
    tried: 'the same topic, read by a signed-in user',
    outcome: 'sent nothing',
    async observe(broker) {
      const topic = await broker.topic({ public: true }, { can_consume: [broker.anonymous] });
      await publish(broker, topic, broker.anonymous, { payload: 'm' });
      return `sent ${await outstanding(broker, topic, await broker.user())}`;
    },
  },
  {
    rule: 'AUT-3',
    tried: 'a token that nobody issued',
    outcome: differs(
      'taken for anonymous (User is not allowed to create topics.)',
      'refused with 401',
      'a client that is not who it takes itself for waits for ever; a refused one says so',
    ),
    observe: (broker) => known(broker, () => ({ authorization: 'Token 0123456789abcdef' })),
  },
  {
    rule: 'AUT-5',
    tried: '`can_produce` for all topics',
    outcome: differs(
      'publishing: User is not allowed to publish to this topic, pinging: 302',
      'publishing: ok, pinging: 302',
      'a right for all topics holds on websockets too; theirs asks for the topic’s own there and for either over HTTP',
    ),
    async observe(broker) {
      const { topic } = await openTopic(broker);
      const producer = await broker.user('can_produce');
      const ping = await ask(broker, `${topic}/ping/`, producer, { method: 'POST' });
      return `publishing: ${await publish(broker, topic, producer, {})}, pinging: ${ping.status}`;
    },
  },
  {
    rule: 'AUT-5',
    tried: '`can_consume` for all topics',
    outcome: differs('sent nothing', 'sent m', 'as above'),
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      await publish(broker, topic, alice, { payload: 'm' });
      return `sent ${await outstanding(broker, topic, await broker.user('can_consume'))}`;
    },
  },
  {
    rule: 'AUT-7',
    tried: 'the same cookie, on a page of another origin',
    outcome: differs(
      'taken for the user',
      'refused with 403',
      'any page could act for who is signed in; with theirs the site’s `asgi.py` has to check origins',
    ),
    observe: (broker) => page(broker, 'foreign'),
  },
  {
    rule: 'AUT-8',
    tried: 'a public topic: publishing and consuming without any right',
    outcome: 'publishing: ok, sent nothing',
    async observe(broker) {
      const topic = await broker.topic({ public: true });
      const anybody = await broker.user();
      await using consumer = await connect(broker, `${topic}/c`, anybody);
      const answer = await publish(broker, topic, anybody, { payload: 'm' });
      return `publishing: ${answer}, sent ${await payloads(broker, consumer)}`;
    },
  },
];
