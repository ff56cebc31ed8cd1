/**
 * Writes docs/performance.md and its plots from what `npm run bench` has left:
 *
 *   npm run bench:report -- bench.json [--to docs]
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Results } from '../results/results.ts';
import { page } from './page.ts';
import { plots } from './plots.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' } } });
const [path] = positionals;
if (path === undefined) throw new Error('Name the file that npm run bench has written.');
const results = JSON.parse(readFileSync(path, 'utf8')) as Results;
const folder = values.to ?? join(import.meta.dirname, '../../../docs');
mkdirSync(folder, { recursive: true });
const drawn = await plots(results);
for (const { file, svg } of drawn) writeFileSync(join(folder, file), `${svg}\n`);
writeFileSync(join(folder, 'performance.md'), page(results, drawn));
console.log(`${join(folder, 'performance.md')} tells of ${results.samples.length} samples.`);
