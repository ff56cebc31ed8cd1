import { expect, it } from 'vitest';
import { unreadVariables } from './unread-variables.ts';

const DASF = new URL('../../packages/cli/src/main.ts', import.meta.url).pathname;

it('names what nobody reads, and what was probably meant', async () => {
  const env = { DASF_STORE_MESAGES: 'store', DASF_MAX_FRAME_BYTES: '1MiB', DASF_API_PORT: '9081' };
  expect(await unreadVariables(DASF, env)).toEqual([
    'DASF_STORE_MESAGES is read by nobody: is DASF_STORE_MESSAGES meant?',
  ]);
  expect(await unreadVariables(DASF, { DASF_MAX_FRAME_BYTES: '1MiB' })).toEqual([]);
}, 60_000);

it('asks nobody where nothing is passed on', async () => {
  const own = { DASF_DATA_DIR: '/data', DASF_NATS_URL_FILE: '/url', DASF_BOOTSTRAP_PID: '1', PATH: '/bin' };
  expect(await unreadVariables('/nowhere', own)).toEqual([]);
});
