import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('testing/log-writer.ts', import.meta.url));

function writer(words: readonly (string | number)[], output: 'pipe' | number = 'pipe'): ChildProcess {
  const stdio: StdioOptions = ['ignore', output, 'ignore', 'ipc'];
  return spawn(process.execPath, [SCRIPT, ...words.map(String)], { stdio });
}

it.each([
  ['exits', 0],
  ['crashes', 1],
])('writes every line in its order, also where the process %s at once', async (end, expected) => {
  const child = writer([5000, 100, end === 'crashes' ? 'crash' : 'exit']);
  let written = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  const [code] = await once(child, 'close');
  const numbers = written
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { number: number }).number);
  expect([code, numbers]).toEqual([expected, Array.from({ length: 5000 }, (_, index) => index + 1)]);
});

it('goes on where nobody reads it, with more than it holds for them', async () => {
  const child = writer([300, 100_000]);
  const [said] = await once(child, 'message');
  child.kill('SIGKILL');
  expect(said).toBe('runs');
});

it.runIf(process.platform === 'linux')('goes on where the disk is full', async () => {
  const child = writer([100, 1000], openSync('/dev/full', 'w'));
  const [said] = await once(child, 'message');
  const [code] = await once(child, 'exit');
  expect([said, code]).toEqual(['runs', 0]);
});
