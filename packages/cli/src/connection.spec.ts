import { expect, it } from 'vitest';
import { fakeApi } from './testing/fake-api.ts';
import { createTerminal } from './testing/terminal.ts';

const CONNECTION = {
  id: 'c1',
  edge: 'e1',
  kind: 'producer',
  topic: 'tides',
  subscription: null,
  user: 'ada',
  address: '192.0.2.7',
  since: '2030-01-01T00:00:00.000Z',
  unsentBytes: 7,
};

async function connection(status: number, answer: unknown, ...words: string[]) {
  await using api = await fakeApi(status, answer);
  await using terminal = await createTerminal({ DASF_TOKEN: 'mine', DASF_API_URL: api.url });
  return {
    ...(await terminal.dasf('connection', ...words)),
    asked: api.asked.map(({ method, url }) => [method, url]),
  };
}

it('lists connections as a table and as JSON, and says which edges are missing', async () => {
  const page = { connections: [CONNECTION], next: null, silent: ['e2'] };
  const { out, err, asked } = await connection(200, page, 'list', '--topic', 'tides', '--kind', 'producer');
  expect(asked).toEqual([['GET', '/api/v1/connections?topic=tides&kind=producer&limit=200']]);
  expect(out.split('\n')).toEqual([
    'ID  SINCE                     KIND      TOPIC  SUBSCRIPTION  USER  ADDRESS    UNSENT',
    'c1  2030-01-01T00:00:00.000Z  producer  tides  -             ada   192.0.2.7  7',
  ]);
  expect(err).toBe('Some edges did not answer, so what they hold is missing: e2.');
  const json = await connection(200, { ...page, silent: [] }, 'list', '--json');
  expect([JSON.parse(json.out), json.err]).toEqual([[CONNECTION], '']);
  expect((await connection(200, { ...page, connections: [] }, 'list')).out).toBe(
    'There are no such connections.',
  );
});

it('ends one', async () => {
  expect(await connection(204, '', 'end', 'c1')).toMatchObject({
    code: 0,
    out: 'Connection c1 ended.',
    asked: [['DELETE', '/api/v1/connections/c1']],
  });
  expect(await connection(404, { code: 'CONNECTION_UNKNOWN' }, 'end', 'c1')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^There is no such connection, or no longer/),
  });
});
