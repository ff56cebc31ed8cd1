import { parentPort, workerData } from 'node:worker_threads';
import { settledMemory } from '../harness/fare/settled-memory.ts';
import { campaign } from './campaign.ts';
import type { DecoderRun, WorkerMessage } from './decoder-run.ts';
import { DECODERS } from './targets/index.ts';

/** Before that there is code that has not been compiled yet, and the like. */
const WARM_UP = 0.1;

const { name, inputs, seed, current } = workerData as DecoderRun;
const target = DECODERS.find((one) => one.name === name);
if (!target) throw new Error(`There is no decoder ${name}.`);
const size = new Int32Array(current, 0, 1);
const bytes = new Uint8Array(current, size.byteLength);

/** Where the other thread finds it, should it never end. */
function before(input: Buffer): void {
  size[0] = Math.min(input.length, bytes.length);
  bytes.set(input.subarray(0, bytes.length));
}

const send = (message: WorkerMessage) => parentPort?.postMessage(message);
const progress = (done: number) => send({ done });
const warmUp = Math.ceil(inputs * WARM_UP);
const first = await campaign(target, { inputs: warmUp, seed, before, progress });
const baseline = await settledMemory();
const found =
  first ??
  (await campaign(target, {
    inputs: inputs - warmUp,
    seed: seed + warmUp,
    before,
    progress: (done) => progress(warmUp + done),
  }));
const error = found && { input: found.input, error: String(found.error), seed: found.seed };
send({ done: inputs, ended: { found: error, memory: (await settledMemory()) / baseline } });
