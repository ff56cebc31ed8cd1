import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { expect, it } from 'vitest';
import { listIn, root, stages, text } from './dockerfile.ts';

const [, final = []] = stages();
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const bootstrap = readFileSync(join(root, 'deploy/bootstrap.mjs'), 'utf8');

it('has no fault that a parser finds', () => {
  expect(validate(text)).toEqual([]);
  expect(validate('FROM node\nRUNS x')).not.toEqual([]);
});

it('is built with the Node and the pnpm of this project', () => {
  expect(text).toContain(`ARG NODE_VERSION=${manifest.devDependencies.node}\n`);
  const [, pnpm] = /^const PNPM = '(pnpm@[\d.]+)';$/m.exec(bootstrap) ?? [];
  expect(text).toContain(`npx --yes ${pnpm} install --prod --frozen-lockfile`);
});

it('runs as nobody in particular, under an init, with what the build stage made and nothing else', () => {
  expect(final.findLast(({ keyword }) => keyword === 'USER')?.words).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(listIn(final, 'ENTRYPOINT')).toEqual(['/usr/local/bin/tini', '--', '/usr/local/bin/node']);
  expect(final.some(({ keyword }) => keyword === 'RUN' || keyword === 'ADD')).toBe(false);
  for (const { flags } of final.filter(({ keyword }) => keyword === 'COPY')) {
    expect(flags).toEqual(['--from=build']);
  }
});
