import type { ComparedBroker, Right } from '../brokers/broker.ts';
import { newName } from '../brokers/broker.ts';
import { type Comparison, differs } from '../comparison.ts';
import { ask, connect, httpAnswer } from '../connect.ts';
import { answerTo } from '../observe.ts';
import { NO_SIGN_IN_PAGE } from '../reasons.ts';
import { openTopic } from '../topics.ts';

async function statusWith(broker: ComparedBroker, right: Right): Promise<string> {
  const user = await broker.user();
  const topic = await broker.topic({}, { [right]: [user] });
  return httpAnswer(broker, `${topic}/status/`, user);
}

/** A module that answers pings after a while, as one does that has other things to do. */
async function pingedModule(broker: ComparedBroker, delay: number): Promise<string> {
  const { topic, alice } = await openTopic(broker, { public: true });
  await using module = await connect(broker, `${topic}/c`, alice);
  await using pong = await connect(broker, 'status-ping', alice);
  await module.next();
  const asking = ask(broker, `${topic}/ping/`, alice, { method: 'POST' });
  await module.next();
  const answering = new Promise((resolve) => setTimeout(resolve, delay)).then(() =>
    answerTo(pong, { properties: { messageType: 'pong', source_topic: topic } }),
  );
  const { status, headers, url } = await asking;
  const followed = await httpAnswer(broker, new URL(headers.get('location') ?? '', url).href, alice);
  await answering;
  return `${status}, then ${followed}`;
}

export const httpCompared: readonly Comparison[] = [
  {
    rule: 'API-1',
    tried: 'the status of a topic that does not support DASF',
    outcome: differs(
      '400 Topic is exluded from ping',
      '400 Topic is excluded from ping',
      'a slip of the pen; the status code is the same',
    ),
    async observe(broker) {
      const { topic, alice } = await openTopic(broker, { supportsDasf: false });
      return httpAnswer(broker, `${topic}/status/`, alice);
    },
  },
  {
    rule: 'API-1',
    tried: 'the status of an unknown topic, for a user who may see every topic’s',
    outcome: '404',
    async observe(broker) {
      return `${(await ask(broker, `${newName()}/status/`, await broker.user('can_view_status'))).status}`;
    },
  },
  ...(['can_view_status', 'can_produce', 'can_consume'] as const).map(
    (right): Comparison => ({
      rule: 'API-1',
      tried: `the status for a user with \`${right}\``,
      outcome: '503 Status unknown',
      observe: (broker) => statusWith(broker, right),
    }),
  ),
  {
    rule: 'API-1',
    tried: 'the status for a user without a right',
    outcome: differs(
      '302 to /accounts/login/?next=/dasf-broker-django/…/status/',
      '403 This user is not allowed to do this.',
      NO_SIGN_IN_PAGE,
    ),
    async observe(broker) {
      return httpAnswer(broker, `${await broker.topic()}/status/`, await broker.user());
    },
  },
  {
    rule: 'API-1',
    tried: 'the status for nobody in particular',
    outcome: differs(
      '302 to /accounts/login/?next=/dasf-broker-django/…/status/',
      '401 This needs a token.',
      NO_SIGN_IN_PAGE,
    ),
    async observe(broker) {
      return httpAnswer(broker, `${await broker.topic()}/status/`, broker.anonymous);
    },
  },
  {
    rule: 'API-1',
    tried: 'the status of a public topic, for nobody in particular',
    outcome: '503 Status unknown',
    async observe(broker) {
      return httpAnswer(broker, `${await broker.topic({ public: true })}/status/`, broker.anonymous);
    },
  },
  {
    rule: 'API-1',
    tried: 'the status for a user with a right, by the token with which he connects websockets',
    outcome: differs(
      '302 to /accounts/login/?next=/dasf-broker-django/…/status/',
      '503 Status unknown',
      'one token for both; theirs knows only the site’s sessions here',
    ),
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      return httpAnswer(broker, `${topic}/status/`, { ...alice, httpHeaders: alice.token });
    },
  },
  ...(['POST', 'GET'] as const).map(
    (method): Comparison => ({
      rule: 'API-2',
      tried: `a ping by ${method}`,
      outcome: '302 to /dasf-broker-django/…/status/',
      async observe(broker) {
        const { topic, alice } = await openTopic(broker);
        return httpAnswer(broker, `${topic}/ping/`, alice, { method });
      },
    }),
  ),
  {
    rule: 'API-2',
    tried: 'a ping by a user who may only consume',
    outcome: differs(
      '302 to /accounts/login/?next=/dasf-broker-django/…/ping/',
      '403 This user is not allowed to do this.',
      NO_SIGN_IN_PAGE,
    ),
    async observe(broker) {
      const user = await broker.user();
      const topic = await broker.topic({}, { can_consume: [user] });
      return httpAnswer(broker, `${topic}/ping/`, user, { method: 'POST' });
    },
  },
  {
    rule: 'API-2',
    tried: 'a ping of a module that answers after half a second, and the status to which it leads',
    outcome: differs(
      '302, then 503 Consumer could not be reached',
      '302, then 200 Consumer connected',
      'the ping waits up to 3 s for the pong; theirs leads on at once',
    ),
    observe: (broker) => pingedModule(broker, 500),
  },
  {
    rule: 'API-3',
    tried: 'the status for `Accept: application/json`',
    outcome: differs(
      '503 Status unknown',
      '503 topic, availability, lastPing, lastPong, consumers',
      'for scripts; the status code is the same',
    ),
    async observe(broker) {
      const { topic, alice } = await openTopic(broker);
      const response = await ask(broker, `${topic}/status/`, alice, {
        headers: { accept: 'application/json' },
      });
      const body = await response.text();
      return `${response.status} ${body.startsWith('{') ? Object.keys(JSON.parse(body)).join(', ') : body}`;
    },
  },
];
