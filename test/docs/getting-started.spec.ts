import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'vitest';
import { LocalStack } from '../harness/index.ts';
import { Reader } from './reader.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/getting-started.md'), 'utf8');

it('all of docs/getting-started.md works by copy and paste', async () => {
  await using stack = await LocalStack.start();
  await using reader = new Reader(stack);
  await reader.follow(PAGE, { 'node deploy/bootstrap.mjs node hello.ts': 'listening' });
}, 300_000);
