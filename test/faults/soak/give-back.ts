import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { runTool } from '@dasf-broker/deploy';

const PATIENCE_MS = 60_000;

/**
 * Has a process's C library return to the system what it holds free, as a debugger can: what is resident then is in use.
 * Stops the process for a second or two.
 *
 * @throws where there is no debugger, or it may not look at the process
 */
export async function giveBack(pid: number): Promise<void> {
  const words = ['-nx', '-batch', '-p', String(pid), '-ex', 'call (int)malloc_trim(0)'];
  const { code, stdout, stderr } = await runTool('gdb', words, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (code === null) throw new Error("there is no gdb; Debian's package gdb has it");
  if (!/^\$1 = [01]$/m.test(stdout)) throw new Error(`gdb says: ${stderr.trim().split('\n').at(-1)}`);
}

/** Tries it; where it cannot be done, what is resident grows with the largest burst that there ever was. */
export async function canGiveBack(say: (line: string) => void): Promise<boolean> {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  try {
    await giveBack(child.pid ?? 0);
    return true;
  } catch (error) {
    say(`Resident memory will be told with what is held free: ${(error as Error).message}.`);
    return false;
  } finally {
    child.kill();
  }
}
