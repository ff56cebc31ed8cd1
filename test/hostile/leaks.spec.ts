import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DasfSocket, UpgradeRefused } from '../harness/index.ts';
import { createRecordedBroker } from './recorded-broker.ts';

/** Stands in every secret, and must stand nowhere else. */
const CANARY = 'Canary7Canary7Canary7Canary7Canary7Canary7Canary7';
/** What stacks, statements, subjects and addresses of the inside look like. */
const INNER_MATTERS =
  /\n\s+at |node_modules|\.ts:\d|\bSELECT\b|\binsert into\b|\$JS|KV_|dasf\.log|nats:\/\/|127\.0\.0\.1|ECONN/i;

type Recorded = Awaited<ReturnType<typeof createRecordedBroker>>;

let recorded: Recorded | undefined;
beforeAll(async () => {
  recorded = await createRecordedBroker(CANARY);
});
afterAll(() => recorded?.[Symbol.asyncDispose]());

function broker(): Recorded {
  if (!recorded) throw new Error('The broker is not running yet.');
  return recorded;
}

/** How each way to bring a token along is answered where the token is no good. */
async function spoiltUpgrades(): Promise<string[]> {
  const [edge] = broker().edges;
  const origin = 'https://portal.example.org';
  const good = await broker().token('ada');
  const ways = [`${good}${CANARY}`, CANARY, `dasf_${CANARY.slice(0, 48)}`].flatMap((token) => [
    { path: 'weather', headers: { authorization: `Bearer ${token}` } },
    { path: 'weather', headers: { authorization: `Token ${token}` } },
    { path: 'weather', protocols: ['dasf', `dasf.bearer.${token}`] },
    { path: 'weather', headers: { cookie: `dasf_token=${token}`, origin } },
    { path: `weather?ticket=${token}`, headers: {} },
    { path: `&/weather?token=${token}&tick%65t=${token}`, headers: {} },
  ]);
  return Promise.all(
    ways.map(async ({ path, ...options }) => {
      const refused = await DasfSocket.connect(edge, path, options).then(
        () => undefined,
        (error) => error,
      );
      expect(refused).toBeInstanceOf(UpgradeRefused);
      return (refused as UpgradeRefused).body;
    }),
  );
}

const FRAMES = [
  CANARY,
  `{"messageId":"${CANARY}`,
  `{"properties":"${CANARY}"}`,
  `{"payload":"${CANARY}","properties":{"response_topic":"a b"}}`,
  `{"payload":"${CANARY}"}`,
  `{"properties":{"source_topic":"weather","messageType":"pong"}}`,
];

/** What users are told who may do nothing, in answer to frames of every kind. */
async function refusedFrames(): Promise<string[]> {
  const token = await broker().token('mallory');
  const answers: string[] = [];
  for (const path of ['weather', 'nowhere', 'status-ping']) {
    await using socket = await DasfSocket.connect(broker().edges[0], path, { token });
    for (const frame of FRAMES) {
      socket.send(frame);
      answers.push(JSON.stringify({ ...JSON.parse(await socket.nextText()), messageId: null }));
    }
  }
  return answers;
}

async function requests(api: string, token: string): Promise<string[]> {
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/json',
    'content-type': 'application/json',
  };
  const asked: [string, string, string?][] = [
    ['GET', `${api}weather/status/`],
    ['POST', `${api}weather/ping/`],
    ['POST', `${api}tickets/`],
    ['GET', new URL(`/nowhere?token=${CANARY}`, api).href],
    ['GET', new URL('/%ff%00', api).href],
    ['POST', new URL('/api/v1/topics', api).href, `{"name":"${CANARY}`],
    ['POST', new URL('/api/v1/topics', api).href, '{"name":"weather"}'],
    ['PATCH', new URL('/api/v1/topics/none', api).href, '{"public":true}'],
    ['DELETE', new URL('/api/v1/service-tokens/0123456789abcdef', api).href],
    ['GET', new URL('/openapi.json', api).href],
  ];
  const answers = asked.map(async ([method, url, body]) => {
    const answer = await fetch(url, { method, headers, redirect: 'manual', ...(body ? { body } : {}) });
    return `${answer.status} ${await answer.text()}`;
  });
  return Promise.all(answers);
}

function expectNothingInside(answers: readonly string[]): void {
  expect(answers.filter((answer) => INNER_MATTERS.test(answer) || answer.includes(CANARY))).toEqual([]);
}

describe('T33: answers tell nothing of the inside', () => {
  it('to who has no good token', async () => expectNothingInside(await spoiltUpgrades()));

  it('to who may do nothing', async () => {
    const mallory = await broker().token('mallory');
    expectNothingInside([...(await refusedFrames()), ...(await requests(broker().apis[0], mallory))]);
  });

  it('to operators who ask for what cannot be', async () => {
    const operator = await broker().token('olga', ['administer', 'can_produce:*']);
    const answers = await requests(broker().apis[0], operator);
    expectNothingInside(answers);
    expect(answers.filter((answer) => answer.startsWith('500'))).toEqual([]);
  });

  it('whether there is a topic, on the pong connection', async () => {
    await using pong = await DasfSocket.connect(broker().edges[0], 'status-ping', {
      token: await broker().token('mallory'),
    });
    const about = (topic: string) =>
      pong.publish({ messageId: 'm', properties: { source_topic: topic, messageType: 'pong' } });
    expect(await about('weather')).toEqual(await about('nowhere'));
  });

  it('while the database is away', async () => {
    const ada = await broker().token('ada', ['can_produce:*', 'administer']);
    expectNothingInside(await requests(broker().lonely, ada));
  });

  it('while NATS is away', async () => {
    const ada = await broker().token('ada', ['can_produce:*', 'add_brokertopic']);
    await using producer = await DasfSocket.connect(broker().edges[0], 'weather', { token: ada });
    broker().line.hold();
    try {
      const answer = await producer.publish({ payload: CANARY });
      expect(answer.result).toBe('send-error:8');
      expectNothingInside([JSON.stringify(answer), ...(await requests(broker().apis[0], ada))]);
    } finally {
      broker().line.release();
    }
  });
});

describe('T32: logs show no secret, and tell who did what', () => {
  it('whatever went wrong', async () => {
    await spoiltUpgrades();
    await refusedFrames();
    await requests(broker().lonely, await broker().token('ada', ['administer', 'can_produce:*']));
    const said = broker().lines;
    expect(said.filter((line) => line.includes(CANARY))).toEqual([]);
    expect(said.some((line) => line.includes('upgrade refused'))).toBe(true);
    expect(said.some((line) => line.includes('cannot be asked'))).toBe(true);
  });

  it('who came from where, for what, what was not allowed, and how it ended', async () => {
    const token = await broker().token('mallory');
    {
      await using producer = await DasfSocket.connect(broker().edges[0], 'weather', { token });
      for (let time = 0; time < 3; time += 1) await producer.publish({ payload: 'x' });
    }
    await expect.poll(() => saidOf('mallory', 'disconnected').length, { timeout: 10_000 }).toBeGreaterThan(0);
    const [last] = saidOf('mallory', 'disconnected').slice(-1);
    const ofIt = broker()
      .lines.map((line) => JSON.parse(line))
      .filter(({ connection }) => connection === last?.['connection']);
    expect(ofIt.map(({ msg }) => msg)).toEqual(['connected', 'a frame is not allowed', 'disconnected']);
    expect(ofIt[0]).toMatchObject({ user: 'mallory', from: '127.0.0.1', kind: 'producer', topic: 'weather' });
  });
});

function saidOf(user: string, message: string): Record<string, unknown>[] {
  const lines = broker().lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  return lines.filter((line) => line['user'] === user && line['msg'] === message);
}
