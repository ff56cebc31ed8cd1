import { setTimeout as sleep } from 'node:timers/promises';
import type { ChildPlan } from './plan.ts';

const EVERY_MS = 5_000;
const FAILURES_IN_A_ROW = 4;

/** Rejects when a child that runs has stopped serving; returns when it is no longer to be watched. */
export async function watchHealth(plan: ChildPlan, signal: AbortSignal): Promise<void> {
  if (plan.isHealthy === undefined) return;
  const { healthCheckEveryMs: everyMs = EVERY_MS } = plan;
  let failures = 0;
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    failures = (await plan.isHealthy()) ? 0 : failures + 1;
    if (failures >= FAILURES_IN_A_ROW) throw new Error(`unhealthy for ${(everyMs * failures) / 1000} s`);
  }
}
