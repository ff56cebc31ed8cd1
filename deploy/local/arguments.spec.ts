import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const start = (...words: string[]) =>
  spawnSync(process.execPath, [new URL('main.ts', import.meta.url).pathname, ...words], {
    encoding: 'utf8',
    env: { DASF_DATA_DIR: '/nowhere/at/all' },
  });

it('--help tells how to start the stack, and starts nothing', () => {
  const { status, stdout, stderr } = start('--help');
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^Starts a DASF broker/);
});

it('what it does not know starts nothing, either', () => {
  const { status, stdout, stderr } = start('--port', '9080');
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toBe('There is no "--port" here: --help says what there is.\n');
});
