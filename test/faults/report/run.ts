/**
 * Writes docs/reliability.md from what runs of the faults have left:
 *
 *   npm run test:faults -- --runs 5 --results results.jsonl
 *   npm run report:faults -- results.jsonl
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RecordedRun } from './recorded-run.ts';
import { reliability } from './reliability.ts';

const { positionals } = parseArgs({ allowPositionals: true });
if (positionals.length === 0) throw new Error('Name the files that --results has written.');

const runs = positionals.flatMap((path) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedRun),
);
const root = join(import.meta.dirname, '../../..');
writeFileSync(join(root, 'docs/reliability.md'), reliability(runs));
console.log(`docs/reliability.md tells of ${runs.length} runs.`);
