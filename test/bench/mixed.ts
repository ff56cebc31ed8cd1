/**
 * What large frames on one topic do to the latency of small ones on other topics:
 *
 *   npm run bench:mixed -- [--rounds 5] [--seconds 8] [--rate 50] [--size 16] [--producers 2] [--consumers 1]
 *     [--edge ws://…/ws/ --secret-file FILE]
 *
 * Rounds without and with the large frames take turns. Nothing but the ratio of the two is of meaning on another
 * machine. Without addresses it starts a stack of its own and also says how much memory each process took.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { parseSecret, signToken } from '@dasf-broker/access';
import { partitionOf } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import { LocalStack } from '../harness/local-stack.ts';
import type { BulkCounts, BulkOptions } from './bulk.ts';
import { type Percentiles, percentilesOf, round, spreadOf } from './percentiles.ts';
import { type Latencies, Probe } from './probe.ts';
import { ProcessMemory } from './process-memory.ts';

/** The preset of `DASF_LOG_PARTITIONS`. */
const PARTITIONS = 4;
const MEBIBYTE = 1024 * 1024;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '8' },
    rate: { type: 'string', default: '50' },
    size: { type: 'string', default: '16' },
    producers: { type: 'string', default: '2' },
    consumers: { type: 'string', default: '1' },
    edge: { type: 'string' },
    'secret-file': { type: 'string' },
  },
});

type Round = Readonly<Record<string, Percentiles>>;

interface Scene {
  readonly probes: readonly Probe[];
  readonly memory: ProcessMemory | undefined;
  readonly bulk: Worker;
}

await using stack = new AsyncDisposableStack();
const scene = await openScene();
const rounds: { quiet: Round; loaded: Round }[] = [];
await runPair(Math.min(Number(values.seconds), 3));
for (let number = 1; number <= Number(values.rounds); number += 1) {
  console.log(`\nround ${number}`);
  rounds.push(await runPair(Number(values.seconds)));
}
printRatios();

async function openScene(): Promise<Scene> {
  const { edge, token, memory } = await findBroker();
  const run = crypto.randomUUID().slice(0, 8);
  const bulky = `bulk-${run}`;
  const options = { edge, token, rate: Number(values.rate) };
  const probes: Probe[] = [];
  for (const where of ['same', 'other']) {
    const topic = slugIn(`${where}-${run}`, (partition) =>
      where === 'same' ? partition === partitionIn(bulky) : partition !== partitionIn(bulky),
    );
    probes.push(stack.use(await Probe.open({ ...options, topic })));
  }
  const workerData: BulkOptions = {
    edge,
    token,
    topic: bulky,
    frameBytes: Number(values.size) * MEBIBYTE,
    producers: Number(values.producers),
    consumers: Number(values.consumers),
  };
  const bulk = new Worker(new URL('./bulk-worker.ts', import.meta.url), { workerData });
  stack.defer(async () => void (await bulk.terminate()));
  await once(bulk, 'message');
  return { probes, memory, bulk };
}

async function findBroker(): Promise<{ edge: string; token: string; memory: ProcessMemory | undefined }> {
  const tokenOf = (secret: string) =>
    signToken({ sub: 'bench', permissions: ['add_brokertopic'], ttlSeconds: 3600 }, parseSecret(secret));
  if (values.edge && values['secret-file']) {
    const token = await tokenOf(readFileSync(values['secret-file'], 'utf8').trim());
    return { edge: values.edge, token, memory: undefined };
  }
  const local = stack.use(await LocalStack.start());
  const { tokenSecretFile, pids } = local.file;
  const token = await tokenOf(readFileSync(tokenSecretFile, 'utf8').trim());
  return { edge: local.edge, token, memory: new ProcessMemory(pids) };
}

/** Small frames alone, then with large ones under way. */
async function runPair(seconds: number): Promise<{ quiet: Round; loaded: Round }> {
  scene.memory?.reset();
  const quiet = await runProbes(seconds);
  const quietPeaks = scene.memory?.peaks();
  scene.memory?.reset();
  scene.bulk.postMessage('start');
  const began = performance.now();
  const loaded = await runProbes(seconds);
  scene.bulk.postMessage('stop');
  const [counts] = (await once(scene.bulk, 'message')) as [BulkCounts];
  const rate = (counts.answered * Number(values.size) * 1000) / (performance.now() - began);
  for (const name of Object.keys(quiet)) {
    const [before, after] = [quiet[name], loaded[name]];
    if (!before || !after) continue;
    console.log(
      `  ${name.padEnd(26)} p50 ${round(before.p50)} → ${round(after.p50)} ms, p99 ${round(before.p99)} → ${round(after.p99)} ms`,
    );
  }
  const { answered, failed, received } = counts;
  console.log(
    `  large frames: ${answered} ok, ${failed} failed, ${received} delivered, ${round(rate)} MiB/s`,
  );
  const peaks = Object.entries(scene.memory?.peaks() ?? {}).map(
    ([name, { peak }]) => `${name} ${quietPeaks?.[name]?.peak} → ${peak}`,
  );
  if (peaks.length > 0) console.log(`  peak memory, MiB: ${peaks.join(', ')}`);
  return { quiet, loaded };
}

async function runProbes(seconds: number): Promise<Round> {
  const taken = await Promise.all(scene.probes.map((probe) => probe.run(seconds)));
  const named = scene.probes.flatMap(({ topic }, index) => {
    const where = `${topic.split('-', 1)[0]} partition`;
    const { answered, delivered } = taken[index] as Latencies;
    return [
      [`${where}, answered`, percentilesOf(answered)],
      [`${where}, delivered`, percentilesOf(delivered)],
    ] as const;
  });
  return Object.fromEntries(named);
}

function printRatios(): void {
  console.log('\nwith large frames / without: the middle of the rounds (least–greatest)');
  for (const name of Object.keys(rounds[0]?.quiet ?? {})) {
    const ratios = (which: 'p50' | 'p99') =>
      rounds.map(({ quiet, loaded }) => (loaded[name]?.[which] ?? 0) / (quiet[name]?.[which] ?? 1));
    console.log(`${name.padEnd(28)} p50 × ${spreadOf(ratios('p50'))}, p99 × ${spreadOf(ratios('p99'))}`);
  }
}

function partitionIn(slug: string): number {
  return partitionOf(slug as Slug, PARTITIONS);
}

/** A name that begins so, whose partition is as wanted. */
function slugIn(beginning: string, isWanted: (partition: number) => boolean): string {
  for (let number = 0; ; number += 1) {
    const slug = `${beginning}-${number}`;
    if (isWanted(partitionIn(slug))) return slug;
  }
}
