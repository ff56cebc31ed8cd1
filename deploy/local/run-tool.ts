import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export interface ToolOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** Ends the tool when it is aborted. */
  readonly signal?: AbortSignal;
}

export interface ToolResult {
  /** Null where the tool could not be started or was ended by a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of the machine to its end; that it fails or is missing is an answer, not an exception. */
export async function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const code = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]).catch(() => ['', '']);
  const ended = await code;
  options.signal?.throwIfAborted();
  return { code: ended, stdout, stderr };
}
