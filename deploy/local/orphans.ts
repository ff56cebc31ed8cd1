import { pollUntil } from './child/poll.ts';
import { isRunning } from './process-identity.ts';
import type { Run, RunningChild } from './run-file.ts';
import { codeOf, StartFault } from './start-fault.ts';

/** The servers go last, so that the services can still finish what they have in hand. */
const SERVERS = new Set(['nats', 'postgres']);
const PATIENCE_MS = 15_000;

/** Ends what a starter that was killed left behind, and waits until it is gone. */
export async function endOrphans(run: Run, say: (line: string) => void): Promise<void> {
  const left = run.children.filter(isRunning);
  if (left.length === 0) return;
  say(
    `The last start was killed; ending what it left behind: ${left.map(({ name, pid }) => `${name} (${pid})`).join(', ')}`,
  );
  await endAll(left.filter(({ name }) => !SERVERS.has(name)));
  await endAll(left.filter(({ name }) => SERVERS.has(name)));
}

async function endAll(children: readonly RunningChild[]): Promise<void> {
  await Promise.all(children.map(endOne));
}

async function endOne(child: RunningChild): Promise<void> {
  // PostgreSQL takes SIGTERM for "when all connections have ended".
  const gentle = child.name === 'postgres' ? 'SIGINT' : 'SIGTERM';
  for (const signal of [gentle, 'SIGKILL'] as const) {
    if (!isRunning(child)) return;
    send(child, signal);
    const gone = pollUntil(async () => !isRunning(child), PATIENCE_MS);
    if (
      await gone.then(
        () => true,
        () => false,
      )
    )
      return;
  }
  throw new StartFault(
    `${child.name} (process ${child.pid}) of the last start does not end: end it and start again.`,
  );
}

function send(child: RunningChild, signal: NodeJS.Signals): void {
  try {
    process.kill(child.pid, signal);
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return;
    throw new StartFault(
      `${child.name} (process ${child.pid}) of the last start belongs to another user: end it as that user and start again.`,
    );
  }
}
