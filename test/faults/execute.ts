import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gap } from './checkers/gap.ts';
import { judge, type QueueCounts, type Violation } from './checkers/index.ts';
import { indexRun } from './checkers/index-run.ts';
import { isWell } from './checkers/readiness.ts';
import { totalQueue } from './checkers/total-queue.ts';
import type { Fault } from './faults/index.ts';
import { History } from './history/history.ts';
import { Observer } from './history/observer.ts';
import { ReadinessWatch } from './history/readiness-watch.ts';
import type { RunRecord } from './history/records.ts';
import { recoveryTime } from './history/recovery.ts';
import { Random } from './random.ts';
import { type FaultStack, processesOf } from './stack/stack.ts';
import { verifyProjection } from './verify-projection.ts';
import { Workload } from './workload/workload.ts';

export interface RunOptions {
  readonly fault: Fault;
  readonly seed: number;
  readonly stack: FaultStack;
  /** Where history and log are written. */
  readonly folder: string;
}

export interface RunResult {
  readonly fault: string;
  readonly title: string;
  readonly seed: number;
  readonly violations: readonly Violation[];
  readonly counts: QueueCounts;
  /** Answered `ok`, and not there in the end. */
  readonly lost: number;
  /** Milliseconds; `undefined` where recovery was not seen. */
  readonly recovery: number | undefined;
  /** Processes that ended without being told to. */
  readonly crashes: number;
  /** Events that were not folded in the end. */
  readonly lag: number;
  readonly seconds: number;
}

const WARM_UP_MS = 1500;
const AFTER_MS = 2500;
const ANSWERED_WITHIN_MS = 120_000;
const DRAINED_WITHIN_MS = 120_000;
const ASKED_EVERY_MS = 250;
const RATE = 12;

/** One run: load, a fault, its end, a drain, and what the checkers say. */
export async function execute({ fault, seed, stack, folder }: RunOptions): Promise<RunResult> {
  const began = performance.now();
  const random = new Random(`${seed}:${fault.id}`);
  const prefix = `${fault.id.toLowerCase()}-${seed}-`;
  mkdirSync(folder, { recursive: true });
  using history = new History(join(folder, 'history.jsonl'));
  await using observer = await Observer.start(stack, history);
  await using readiness = new ReadinessWatch(stack, history);
  const crashesBefore = crashesOf(stack);
  const load = { stack, history, random: random.branch('load'), prefix, rate: RATE };
  const workload = await Workload.start(load);
  try {
    await sleep(WARM_UP_MS);
    await fault.inject({ stack, history, workload, random: random.branch('fault') });
    await sleep(AFTER_MS);
    await workload.stop();
    const patience = fault.mustLose ? 3000 : DRAINED_WITHIN_MS;
    const drained = await drain(workload, observer, history, { prefix, patience });
    await until(() => readiness.answers.every(isWell), patience);
    const run = { ...drained.run, history: [...history.records], announced: fault.announced ?? [] };
    writeFileSync(join(folder, 'log.json'), JSON.stringify({ topics: run.topics, log: run.log }));
    const { violations, counts } = judge(run);
    const projection = await verifyProjection(stack);
    const crashes = crashesOf(stack) - crashesBefore;
    return {
      fault: fault.id,
      title: fault.title,
      seed,
      violations: [...drained.late, ...violations, ...projection],
      counts,
      lost: violations.filter(({ what }) => /^not in the log|^lost/.test(what)).length,
      recovery: recoveryTime(indexRun(run)),
      crashes,
      lag: await observer.lag(),
      seconds: (performance.now() - began) / 1000,
    };
  } finally {
    workload.close();
  }
}

/** Waits until all is as it should be, in so far as waiting helps; what is not is left to the checkers. */
async function drain(
  workload: Workload,
  observer: Observer,
  history: History,
  { prefix, patience }: { readonly prefix: string; readonly patience: number },
): Promise<{ run: RunRecord; late: Violation[] }> {
  const late: Violation[] = [];
  const isAnswered = await until(() => workload.unanswered === 0, ANSWERED_WITHIN_MS);
  if (!isAnswered) late.push(lateness(`${workload.unanswered} frames or calls were never answered`));
  late.push(...workload.calls.faults.map((what) => ({ checker: 'calls', what })));
  const log = await observer.readMessages((topic) => topic.startsWith(prefix));
  const { topics } = workload;
  const seen = (): RunRecord => ({ topics, history: [...history.records], log });
  await until(() => isDelivered(seen()), patience);
  await workload.openFinal();
  await sleep(500);
  await until(() => isDelivered(seen()) && finalAreOpen(seen()), patience);
  const run = seen();
  if (!finalAreOpen(run)) late.push(lateness('not all readers could connect in the end'));
  if (!(await observer.folded(patience))) late.push(lateness('not all partitions were folded'));
  return { run: { ...run, history: [...history.records] }, late };
}

function isDelivered(run: RunRecord): boolean {
  const indexed = indexRun(run);
  return totalQueue(indexed).length === 0 && gap(indexed).length === 0;
}

function finalAreOpen({ topics, history }: RunRecord): boolean {
  const wanted = topics.reduce((sum, { readers }) => sum + readers.length, 0);
  const open = new Set(history.flatMap((one) => (one.op === 'final' ? [`${one.user} ${one.topic}`] : [])));
  return open.size === wanted;
}

async function until(ask: () => boolean, within: number): Promise<boolean> {
  const deadline = performance.now() + within;
  while (performance.now() < deadline) {
    const began = performance.now();
    if (ask()) return true;
    // To look through a long history takes its time, and the broker is to have most of it.
    await sleep(Math.max(ASKED_EVERY_MS, 3 * (performance.now() - began)));
  }
  return ask();
}

function lateness(what: string): Violation {
  return { checker: 'recovery', what };
}

function crashesOf(stack: FaultStack): number {
  return processesOf(stack).reduce((sum, { crashes }) => sum + crashes, 0);
}
