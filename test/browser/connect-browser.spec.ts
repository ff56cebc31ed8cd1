import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Module } from '@dasf-broker/client';
import { describe, expect, it } from 'vitest';
import { codeBlocks } from '../docs/code-blocks.ts';
import { LocalStack } from '../harness/index.ts';
import { launchBrowser, withoutBrowser } from './setup/chromium.ts';
import { Site } from './setup/site.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/connect-browser.md'), 'utf8');
const html = codeBlocks(PAGE).find(({ language }) => language === 'html')?.text ?? '';

describe.skipIf(withoutBrowser())('the page in docs/connect-browser.md', () => {
  it('calls the function of a module and shows its answer', async () => {
    await using site = await Site.open();
    await using stack = await LocalStack.start({ DASF_ALLOWED_ORIGINS: site.origin });
    await stack.dasf('topic', 'create', 'hello', '--anonymous');
    const functions = { hello_world: ({ name }: Readonly<Record<string, unknown>>) => `Hello, ${name}!` };
    await using module = new Module({ url: stack.edge, topic: 'hello', functions });
    await module.connected;
    site.page = html.replaceAll('127.0.0.1:8080', `127.0.0.1:${stack.port}`);
    await using browser = await launchBrowser();
    const page = await browser.newPage();
    await page.goto(site.origin);
    await expect.poll(() => page.textContent('#answer'), { timeout: 60_000 }).toBe('Hello, Ada!');
  }, 240_000);
});
