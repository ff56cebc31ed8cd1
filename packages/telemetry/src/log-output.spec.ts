import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('testing/log-writer.ts', import.meta.url));

function writer(words: readonly (string | number)[], output: 'pipe' | number = 'pipe'): ChildProcess {
  const stdio: StdioOptions = ['ignore', output, 'ignore', 'ipc'];
  return spawn(process.execPath, [SCRIPT, ...words.map(String)], { stdio });
}

/** The numbers of the lines that it writes until it ends, and how it does. */
async function readAll(child: ChildProcess) {
  let written = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written += text;
  });
  const [code] = await once(child, 'close');
  const lines = written.trimEnd().split('\n');
  return { code, lines: lines.map((line) => JSON.parse(line) as { number?: number; dropped?: number }) };
}

it.each([
  ['exits', 0],
  ['crashes', 1],
])('writes every line, also where the process %s at once', async (end, expected) => {
  const { code, lines } = await readAll(writer([5000, 100, end]));
  const numbers = lines.map(({ number = Number.NaN }) => number);
  // What is being written when a process ends may come out last.
  if (end === 'crashes') numbers.sort((one, other) => one - other);
  expect([code, numbers]).toEqual([expected, Array.from({ length: 5000 }, (_, index) => index + 1)]);
});

it('goes on where nobody reads it, and says what it has dropped', async () => {
  await using child = kept(writer([300, 100_000, 'goes on']));
  const [said] = await once(child.process, 'message');
  expect(said).toBe('runs');
  child.process.send('exit');
  const { code, lines } = await readAll(child.process);
  const numbered = lines.filter(({ number }) => number !== undefined).length;
  const dropped = lines.reduce((sum, line) => sum + (line.dropped ?? 0), 0);
  expect([code, dropped > 100, numbered + dropped]).toEqual([0, true, 300]);
});

it.runIf(process.platform === 'linux')('goes on where the disk is full', async () => {
  await using full = await open('/dev/full', 'w');
  await using child = kept(writer([100, 1000, 'exits'], full.fd));
  const [said] = await once(child.process, 'message');
  const [code] = await once(child.process, 'exit');
  expect([said, code]).toEqual(['runs', 0]);
});

function kept(process: ChildProcess) {
  return { process, [Symbol.asyncDispose]: async () => void process.kill('SIGKILL') };
}
