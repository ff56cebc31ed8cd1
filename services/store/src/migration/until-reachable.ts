import { setTimeout as sleep } from 'node:timers/promises';
import { NatsUnprepared, refusalIn } from '@dasf-broker/nats';

const PAUSE_MS = 1000;

/** Tries again while a server is still starting, or others are in the way; any other fault is final. */
export async function untilReachable<T>(
  work: () => Promise<T>,
  patience: number,
  waiting: (reason: string) => void,
): Promise<T> {
  const deadline = performance.now() + patience;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error) || performance.now() > deadline) throw error;
      waiting(describe(error));
      await sleep(PAUSE_MS);
    }
  }
}

/** No connection, no answer; SQLSTATE class 57: starting up or shutting down; a lock that others have, a deadlock. */
function passes(error: unknown): boolean {
  if (error instanceof NatsUnprepared || refusalIn(error)) return false;
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && /^(E[A-Z]+|57P0\d|08\w{3}|55P03|40P01)$/.test(code)) return true;
    if (/timeout|terminated|no responders/i.test(at.message)) return true;
  }
  return false;
}

/** Node's errors of several refused addresses have a code only. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (refusalIn(error) ?? error).message || (error as NodeJS.ErrnoException).code || error.name;
}
