import { setTimeout as sleep } from 'node:timers/promises';

/** Asks until the answer is yes; rejects when aborted or after `withinMs`. */
export async function pollUntil(
  ask: () => Promise<boolean>,
  withinMs: number,
  signal?: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await ask())) {
    signal?.throwIfAborted();
    if (performance.now() > deadline) throw new Error(`no answer within ${withinMs / 1000} s`);
    await sleep(50, undefined, signal ? { signal } : {});
  }
}
