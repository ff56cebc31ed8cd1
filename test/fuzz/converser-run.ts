import { setTimeout as pause } from 'node:timers/promises';
import type { Fare } from '../harness/fare/fare.ts';
import { campaign, type Found } from './campaign.ts';
import { healthyCall } from './network/healthy-call.ts';
import { CONVERSERS } from './network/index.ts';
import type { Outcome } from './outcome.ts';
import type { BrokerProcesses } from './processes/broker-processes.ts';
import type { ServiceProcess } from './processes/service-process.ts';

/** Inputs that are on their way at a time. */
const LANES = 8;
const SEEDS_PER_LANE = 10_000_000;
const WARM_UP = 0.1;
/** Beyond what the machine itself adds: that is what the least late of the processes shows. */
const MOST_DELAY_MS = 100;
const MOST_MEMORY = 1.1;
/** What was kept for a while is let go by then: the edge keeps ids of its last minute, and the like. */
const SETTLES_WITHIN_MS = 90_000;
const SETTLE_PAUSE_MS = 5000;

/** Tries a target of services that run as processes, and looks at those before and after. */
export async function runConverser(
  name: string,
  broker: BrokerProcesses,
  inputs: number,
  seed: number,
  progress: (done: number) => void,
): Promise<Outcome> {
  const warmUp = Math.ceil(inputs * WARM_UP);
  const first = await tryLanes(name, broker, warmUp, seed, progress);
  const before = await fares(broker.processes);
  const found =
    first ??
    (await tryLanes(name, broker, inputs - warmUp, seed + warmUp, (done) => progress(warmUp + done)));
  const ended = broker.processes.flatMap(({ fault }) => fault ?? []);
  if (ended.length > 0) return { found, faults: ended, figures: '' };
  const after = await fares(broker.processes);
  const memory = await settled(broker.processes, before);
  await healthyCall(broker);
  const figures = broker.processes.map(
    (process, index) =>
      `${process.name}: event loop ${after[index]?.delayMs.toFixed(0)} ms, memory × ${memory[index]?.toFixed(2)}`,
  );
  const delays = after.map(({ delayMs }) => delayMs);
  const isSlow = Math.max(...delays) - Math.min(...delays) > MOST_DELAY_MS;
  const isLarge = memory.some((ratio) => ratio > MOST_MEMORY);
  return { found, faults: isSlow || isLarge ? figures : [], figures: figures.join('; ') };
}

async function tryLanes(
  name: string,
  broker: BrokerProcesses,
  inputs: number,
  seed: number,
  progress: (done: number) => void,
): Promise<Found | undefined> {
  const done = new Array<number>(LANES).fill(0);
  const lanes = done.map(async (_, lane) => {
    const target = CONVERSERS[name]?.(broker, lane);
    if (!target) throw new Error(`There is no ${name}.`);
    try {
      return await campaign(target, {
        inputs: Math.ceil(inputs / LANES),
        seed: seed + lane * SEEDS_PER_LANE,
        progress: (count) => {
          done[lane] = count;
          progress(done.reduce((sum, each) => sum + each, 0));
        },
      });
    } finally {
      await target.close?.();
    }
  });
  return (await Promise.all(lanes)).find((found) => found !== undefined);
}

function fares(processes: readonly ServiceProcess[]): Promise<Fare[]> {
  return Promise.all(processes.map((process) => process.fare()));
}

/** Memory as a ratio to what it was, for each, as soon as it is small enough for all; else in the end. */
async function settled(processes: readonly ServiceProcess[], before: readonly Fare[]): Promise<number[]> {
  const until = performance.now() + SETTLES_WITHIN_MS;
  for (;;) {
    const now = await fares(processes);
    const ratios = now.map(({ memory }, index) => memory / (before[index]?.memory ?? memory));
    if (ratios.every((ratio) => ratio <= MOST_MEMORY) || performance.now() > until) return ratios;
    await pause(SETTLE_PAUSE_MS);
  }
}
