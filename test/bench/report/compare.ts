/**
 * What has changed between two runs:
 *
 *   npm run bench:compare -- before.json after.json
 *
 * Rates and times also as parts of what the log alone did in the same run: that takes out most of what the machine had
 * to do otherwise.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Results } from '../results/results.ts';
import { compareResults } from './comparison.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const [before, after] = positionals.map((path) => JSON.parse(readFileSync(path, 'utf8')) as Results);
if (!before || !after) throw new Error('Name two files that npm run bench has written: before and after.');
console.log(compareResults(before, after));
