import { join } from 'node:path';
import { runTool, type ToolResult } from '@dasf-broker/deploy';
import type { FaultStack } from './stack/stack.ts';

const script = join(import.meta.dirname, '../../services/store/src/command.ts');
const WITHIN_MS = 120_000;

/** What `dasf store` runs, past all lines: `backup`, `restore` or `verify`. */
export function runStoreCommand(
  { env }: Pick<FaultStack, 'env'>,
  ...words: readonly string[]
): Promise<ToolResult> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('DASF_'));
  return runTool(process.execPath, [script, ...words], {
    env: { ...Object.fromEntries(inherited), ...env },
    signal: AbortSignal.timeout(WITHIN_MS),
  });
}
