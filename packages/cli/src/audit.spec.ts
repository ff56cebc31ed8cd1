import { expect, it } from 'vitest';
import { fakeApi } from './testing/fake-api.ts';
import { createTerminal } from './testing/terminal.ts';

const ACT = {
  at: '2030-01-01T00:00:00.000Z',
  user: 'olga',
  act: 'topic-change',
  topic: 'tides',
  target: null,
  change: '{"public":true}',
  outcome: null,
};

async function audit(answer: unknown, ...words: string[]) {
  await using api = await fakeApi(200, answer);
  await using terminal = await createTerminal({ DASF_TOKEN: 'mine', DASF_API_URL: api.url });
  return { ...(await terminal.dasf('audit', ...words)), asked: api.asked.map(({ url }) => url) };
}

it('lists what operators did as a table and as JSON', async () => {
  const words = [
    '--user',
    'olga',
    '--act',
    'topic-change',
    '--topic',
    'tides',
    '--since',
    '2030-01-01',
    '--limit',
    '2',
  ];
  const { out, asked } = await audit({ acts: [ACT], next: null }, ...words);
  expect(asked).toEqual([
    '/api/v1/audit?user=olga&act=topic-change&topic=tides&since=2030-01-01T00%3A00%3A00.000Z&limit=2',
  ]);
  expect(out.split('\n')).toEqual([
    'TIME                      USER  ACT           TOPIC  TARGET  OUTCOME  CHANGE',
    '2030-01-01T00:00:00.000Z  olga  topic-change  tides  -       unknown  {"public":true}',
  ]);
  expect(JSON.parse((await audit({ acts: [ACT], next: null }, '--json')).out)).toEqual([ACT]);
  expect((await audit({ acts: [], next: null })).out).toBe('Nothing of the kind was done.');
});

it('asks for pages until it has as many as are wanted', async () => {
  const { asked } = await audit({ acts: [ACT, ACT], next: '7' }, '--limit', '4');
  expect(asked).toEqual(['/api/v1/audit?limit=4', '/api/v1/audit?limit=2&after=7']);
});
