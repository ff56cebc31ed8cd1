import type { Violation } from './checkers/index.ts';
import type { FaultStack } from './stack/stack.ts';
import { runStoreCommand } from './store-command.ts';

/** Folds the whole log once more, beside the database, and compares: projection = fold(log). */
export async function verifyProjection(stack: FaultStack): Promise<Violation[]> {
  const { code, stdout, stderr } = await runStoreCommand(stack, 'verify');
  if (code === 0) return [];
  const words = `${stdout}\n${stderr}`.trim().split('\n').slice(0, 12);
  return [{ checker: 'projection', what: `verify ended with ${code}: ${words.join(' | ')}` }];
}
