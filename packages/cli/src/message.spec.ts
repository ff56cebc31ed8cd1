import { describe, expect, it } from 'vitest';
import { fakeApi } from './testing/fake-api.ts';
import { createTerminal } from './testing/terminal.ts';

const MESSAGE = {
  id: '0-7',
  topic: 'weather',
  messageId: 'm7',
  user: 'ada',
  retention: 'store',
  messageType: 'request',
  sourceTopic: null,
  responseTopic: 'weather_aaaaaaaa',
  requestContext: '1',
  publishedAt: '2030-01-01T00:00:00.000Z',
  delivered: true,
};
const VIEW = {
  ...MESSAGE,
  bytes: 99,
  deliveries: [{ user: 'bob', at: '2030-01-01T00:00:01.000Z' }],
  content: {
    properties: { odd: 1 },
    payload: { kind: 'json', text: '{"a":[1]}', bytes: 9, truncated: false },
  },
};

async function dasf(answer: unknown, ...words: string[]) {
  await using api = await fakeApi(200, answer);
  await using terminal = await createTerminal({ DASF_TOKEN: 'mine', DASF_API_URL: api.url });
  return { ...(await terminal.dasf('message', ...words)), asked: api.asked.map(({ url }) => url) };
}

describe('dasf message', () => {
  it.each([
    ['list', 'limit=100'],
    [
      'list --topic weather --user ada --no-response --delivered',
      'topic=weather&user=ada&response=false&delivered=true&limit=100',
    ],
    ['list --source-topic weather --response --limit 5', 'sourceTopic=weather&response=true&limit=5'],
    ['list --since 2030-01-31 --limit 5000', 'since=2030-01-31T00%3A00%3A00.000Z&limit=1000'],
  ])('%s', async (words, query) => {
    const { asked, out } = await dasf({ messages: [], next: null }, ...words.split(' '));
    expect([decodeURI(asked[0] ?? ''), out]).toEqual([
      `/api/v1/messages?${query}`,
      'There are no such messages.',
    ]);
  });

  it('lists as a table and as JSON, as many as are wanted', async () => {
    const page = { messages: [MESSAGE, MESSAGE], next: '0-7-1' };
    const { out, asked } = await dasf(page, 'list', '--limit', '3');
    expect(asked).toEqual(['/api/v1/messages?limit=3', '/api/v1/messages?limit=1&after=0-7-1']);
    expect(out.split('\n').slice(0, 2)).toEqual([
      'ID   PUBLISHED                 TOPIC    USER  TYPE     KEPT   DELIVERED',
      '0-7  2030-01-01T00:00:00.000Z  weather  ada   request  store  yes',
    ]);
    expect(JSON.parse((await dasf(page, 'list', '--limit', '2', '--json')).out)).toEqual([MESSAGE, MESSAGE]);
  });

  it('shows one in words and as JSON', async () => {
    const { out, asked } = await dasf(VIEW, 'show', '0-7');
    expect(asked).toEqual(['/api/v1/messages/0-7']);
    expect(out).toContain(
      'Acknowledged by: bob\n\nProperties: {"odd":1}\nPayload (json, 9 bytes):\n{\n  "a": [\n    1\n  ]\n}',
    );
    expect(out).not.toContain('Answers topic');
    expect((await dasf({ ...VIEW, content: null }, 'show', '0-7')).out).toContain('messages/0-7/frame');
    const part = { ...VIEW.content, payload: { ...VIEW.content.payload, text: '{"a', truncated: true } };
    expect((await dasf({ ...VIEW, content: part }, 'show', '0-7')).out).toContain('the beginning):\n{"a');
    expect(JSON.parse((await dasf(VIEW, 'show', '0-7', '--json')).out)).toEqual(VIEW);
  });

  it('removes one', async () => {
    await using api = await fakeApi(204, '');
    await using terminal = await createTerminal({ DASF_TOKEN: 'mine', DASF_API_URL: api.url });
    expect(await terminal.dasf('message', 'remove', '0-7')).toMatchObject({
      code: 0,
      out: 'Message 0-7 removed.',
    });
    expect(api.asked).toMatchObject([{ method: 'DELETE', url: '/api/v1/messages/0-7' }]);
  });

  it('sends one again, with an id by which it can be tried again', async () => {
    const answered = async (status: number, answer: object, ...words: string[]) => {
      await using api = await fakeApi(status, answer);
      await using terminal = await createTerminal({ DASF_TOKEN: 'mine', DASF_API_URL: api.url });
      return { ...(await terminal.dasf('message', 'send-again', '0-7', ...words)), url: api.asked[0]?.url };
    };
    expect(await answered(201, {}, '--message-id', 'a b')).toMatchObject({
      code: 0,
      out: 'Message 0-7 sent again as a b.',
      url: '/api/v1/messages/0-7/send-again?messageId=a+b',
    });
    const { err, url } = await answered(503, { code: 'LOG_UNREACHABLE' });
    const [, id] = /with --message-id ([-\w]{36}), then it is sent once\.$/.exec(err) ?? expect.fail(err);
    expect(url).toContain(id);
  });

  it.each([
    ['MESSAGE_UNKNOWN', 'show 0-7', /^There is no such message: it may have been acknowledged/],
    ['TOPIC_UNKNOWN', 'list --topic nowhere', /^There is no such topic/],
  ])('explains %s', async (code, words, message) => {
    await using api = await fakeApi(404, { code });
    await using terminal = await createTerminal({ DASF_TOKEN: 'mine', DASF_API_URL: api.url });
    expect(await terminal.dasf('message', ...words.split(' '))).toMatchObject({
      code: 1,
      err: expect.stringMatching(message),
    });
  });

  it.each(['list --limit 0', 'list --since never'])('refuses: %s', async (words) => {
    expect(await dasf({}, ...words.split(' '))).toMatchObject({ code: 1, asked: [] });
  });
});
