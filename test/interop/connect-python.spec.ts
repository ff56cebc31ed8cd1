import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { Reader } from '../docs/reader.ts';
import { LocalStack } from '../harness/index.ts';
import { CLIENT } from './setup/client.ts';
import { describeWithPython } from './setup/with-python.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/connect-python.md'), 'utf8');
/** How these tests came by their Python environment, which is the reader's. */
const INSTALLED = [
  'python3 -m venv venv && . venv/bin/activate',
  ...CLIENT.install.map((one) => `pip install ${one}`),
];
const WAITING = 'waiting for incoming request';

describeWithPython('docs/connect-python.md', (python) => {
  it('works by copy and paste, all of it', async () => {
    for (const command of INSTALLED) expect(PAGE).toContain(`${command}\n`);
    const listening = PAGE.split('\n').filter((line) => /^python hello_world.py .*listen$/.test(line));
    expect(listening.length).toBeGreaterThan(2);
    await using stack = await LocalStack.start();
    await using reader = new Reader(stack, [dirname(python)]);
    await reader.follow(PAGE, Object.fromEntries(listening.map((command) => [command, WAITING])), INSTALLED);
  });
});
