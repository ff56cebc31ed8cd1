/**
 * How much memory each process takes for large frames, as its peak over what it had before:
 *
 *   npm run bench:memory -- [--size 16] [--rounds 3]
 *
 * Starts a stack of its own, on Linux. Resident memory holds what the runtime has not cleared yet, too, so these are
 * upper bounds; `services/edge` and `packages/log` have tests that count bytes.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseSecret, signToken } from '@dasf-broker/access';
import { LocalStack } from '../harness/local-stack.ts';
import { Bulk, type BulkOptions } from './bulk.ts';
import { round } from './percentiles.ts';
import { ProcessMemory } from './process-memory.ts';
import { RawSocket } from './raw-socket.ts';

const MEBIBYTE = 1024 * 1024;
const PATIENCE_MS = 60_000;
/** Frames that a consumer which does not read is sent. */
const BEHIND = 8;

const { values } = parseArgs({
  options: { size: { type: 'string', default: '16' }, rounds: { type: 'string', default: '3' } },
});
const size = Number(values.size);

await using stack = await LocalStack.start();
const { tokenSecretFile, pids } = stack.file;
const secret = parseSecret(readFileSync(tokenSecretFile, 'utf8').trim());
const token = await signToken({ sub: 'bench', permissions: ['add_brokertopic'], ttlSeconds: 3600 }, secret);
const memory = new ProcessMemory(pids);

await publish({ producers: 1, consumers: 1 });
for (let number = 1; number <= Number(values.rounds); number += 1) {
  console.log(`\nround ${number}`);
  await measure('8 producers, a frame each at once', 8, () => publish({ producers: 8, consumers: 0 }));
  await measure('20 consumers of one topic, one frame', 1, () => publish({ producers: 1, consumers: 20 }));
  await measure(`a consumer that does not read, ${BEHIND} frames`, 1, publishToWhoDoesNotRead);
}

/** @param frames that are in flight at a time */
async function measure(what: string, frames: number, work: () => Promise<void>): Promise<void> {
  memory.reset();
  await work();
  const inFlight = frames * size;
  const peaks = Object.entries(memory.peaks())
    .filter(([name]) => ['edge', 'store', 'nats'].includes(name))
    .map(([name, { peak, growth }]) => `${name} ${peak} MiB (+${growth}, × ${round(growth / inFlight)})`);
  console.log(`  ${what} (${inFlight} MiB): ${peaks.join(', ')}`);
}

async function publish(chosen: Pick<BulkOptions, 'producers' | 'consumers'>): Promise<void> {
  await using bulk = await Bulk.open({ ...options(), ...chosen });
  const answers = await bulk.once();
  const refused = answers.find((answer) => !answer.includes('"ok"'));
  if (refused) throw new Error(`refused: ${refused}`);
  await bulk.receivedAll(chosen.producers * chosen.consumers, PATIENCE_MS);
}

async function publishToWhoDoesNotRead(): Promise<void> {
  const { edge, topic, ...rest } = options();
  await using bulk = await Bulk.open({ edge, topic, ...rest, producers: 1, consumers: 0 });
  await using sleeper = await RawSocket.open(edge, `${topic}/sleeper`, token, () => {});
  sleeper.pause();
  for (let number = 0; number < BEHIND; number += 1) await bulk.once();
}

function options(): Omit<BulkOptions, 'producers' | 'consumers'> {
  const topic = `memory-${crypto.randomUUID().slice(0, 8)}`;
  return { edge: stack.edge, topic, token, frameBytes: size * MEBIBYTE };
}
