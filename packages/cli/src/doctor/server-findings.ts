import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Context } from '../context.ts';
import { CliFault } from '../fault.ts';
import { storeEnvironment } from '../store-environment.ts';
import type { Finding } from './finding.ts';

const run = promisify(execFile);

/** What the store's own command finds of NATS, the log and PostgreSQL, where it can be told where they are. */
export async function serverFindings(context: Context, monitoring: string | undefined): Promise<Finding[]> {
  const name = 'NATS and PostgreSQL';
  let env: NodeJS.ProcessEnv;
  try {
    env = storeEnvironment(context);
  } catch (error) {
    if (!(error instanceof CliFault)) throw error;
    const todo = 'Set DASF_NATS_URL and DASF_DATABASE_URL to have them looked at.';
    return [{ name, state: 'warning', says: 'not looked at', todo }];
  }
  const words = [context.storeScript, 'doctor', ...(monitoring ? ['--nats-monitoring', monitoring] : [])];
  try {
    return JSON.parse((await run(process.execPath, words, { env })).stdout) as Finding[];
  } catch (error) {
    const { stderr = '', message } = error as { stderr?: string; message: string };
    const says = stderr.trim() || message;
    return [
      { name, state: 'failed', says, todo: 'Correct the settings: "dasf config check" explains them.' },
    ];
  }
}
