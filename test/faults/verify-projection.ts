import { join } from 'node:path';
import { runTool } from '@dasf-broker/deploy';
import type { Violation } from './checkers/index.ts';
import type { FaultStack } from './stack/stack.ts';

const script = join(import.meta.dirname, '../../services/store/src/command.ts');
const WITHIN_MS = 120_000;

/** Folds the whole log once more, beside the database, and compares: projection = fold(log). */
export async function verifyProjection({ env }: FaultStack): Promise<Violation[]> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('DASF_'));
  const { code, stdout, stderr } = await runTool(process.execPath, [script, 'verify'], {
    env: { ...Object.fromEntries(inherited), ...env },
    signal: AbortSignal.timeout(WITHIN_MS),
  });
  if (code === 0) return [];
  const words = `${stdout}\n${stderr}`.trim().split('\n').slice(0, 12);
  return [{ checker: 'projection', what: `verify ended with ${code}: ${words.join(' | ')}` }];
}
