import { describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { fakeApi } from './testing/fake-api.ts';
import { createTerminal } from './testing/terminal.ts';

const GOOD = { info: { version: manifest.version }, connections: [], next: null, silent: [] };

async function doctor(status: number, answer: unknown, ...words: string[]) {
  await using api = await fakeApi(status, answer);
  await using edge = await fakeApi(426, '');
  await using terminal = await createTerminal({ DASF_TOKEN: 'mine', DASF_API_URL: api.url });
  const address = edge.url.replace('http', 'ws');
  const { out, code } = await terminal.dasf('doctor', '--edge', address, ...words);
  return { out, code, address };
}

describe('dasf doctor', () => {
  it('says of each thing how it is and what to do', async () => {
    const { out, code, address } = await doctor(200, GOOD);
    expect(code).toBe(0);
    expect(out.split('\n')).toEqual([
      'warning  NATS and PostgreSQL  not looked at',
      '                              Set DASF_NATS_URL and DASF_DATABASE_URL to have them looked at.',
      `ok       api                  reached, version ${manifest.version}`,
      'ok       api clock            its clock is this one',
      'ok       token                it may administer',
      `ok       edge                 reached at ${address}`,
    ]);
  });

  it.each([
    ['another version', 200, { ...GOOD, info: { version: '9.9.9' } }, 'api', 'warning', 0],
    ['something else', 200, '<html>', 'api', 'failed', 1],
    ['an edge that is silent', 200, { ...GOOD, silent: ['e1'] }, 'edges', 'warning', 0],
    ['no right', 403, { ...GOOD, code: 'FORBIDDEN' }, 'token', 'failed', 1],
  ])('finds %s', async (_, status, answer, name, state, code) => {
    const found = await doctor(status, answer, '--json');
    expect(found.code).toBe(code);
    expect(JSON.parse(found.out)).toContainEqual(expect.objectContaining({ name, state }));
  });

  it('finds nothing at all', async () => {
    await using terminal = await createTerminal({ DASF_TOKEN: 'mine', DASF_API_URL: 'http://127.0.0.1:1/' });
    const { out, code } = await terminal.dasf('doctor', '--edge', 'ws://127.0.0.1:1/ws/', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject([
      { state: 'warning' },
      { name: 'api', state: 'failed', says: expect.stringContaining('nothing answers') },
      { name: 'edge', state: 'failed', says: expect.stringContaining('nothing answers') },
    ]);
    const unknown = await terminal.dasfWith({ DASF_API_URL: '' }, 'doctor', '--json');
    expect(JSON.parse(unknown.out)).toMatchObject([
      {},
      { name: 'api', state: 'failed' },
      { name: 'edge', state: 'warning' },
    ]);
  });
});
