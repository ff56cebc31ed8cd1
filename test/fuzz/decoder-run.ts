import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Outcome } from './outcome.ts';

/** What a worker is told. */
export interface DecoderRun {
  readonly name: string;
  readonly inputs: number;
  readonly seed: number;
  /** Holds the input that is being tried: its length and its bytes. */
  readonly current: SharedArrayBuffer;
}

/** What a worker tells. */
export interface WorkerMessage {
  readonly done: number;
  readonly ended?: {
    readonly found: { readonly input: Uint8Array; readonly error: string; readonly seed: number } | undefined;
    /** How much memory is in use at the end, as a ratio. */
    readonly memory: number;
  };
}

const LARGEST_INPUT_BYTES = 4 * 1024 * 1024;
/** A thousand inputs take a fraction of a second. */
const HANG_MS = 60_000;
const MOST_MEMORY = 1.1;

/** Tries a decoder in a thread of its own, so that an input on which it never ends is told from the outside. */
export async function runDecoder(
  name: string,
  inputs: number,
  seed: number,
  progress: (done: number) => void,
): Promise<Outcome> {
  const current = new SharedArrayBuffer(4 + LARGEST_INPUT_BYTES);
  const run: DecoderRun = { name, inputs, seed, current };
  const worker = new Worker(new URL('decoder-worker.ts', import.meta.url), { workerData: run });
  const exited = once(worker, 'exit');
  try {
    for (;;) {
      const message = await next(worker);
      if (!message)
        return outcome(name, seed, { input: inputAt(current), error: `no end within ${HANG_MS} ms` });
      progress(message.done);
      if (message.ended) return outcome(name, seed, message.ended.found, message.ended.memory);
    }
  } finally {
    await worker.terminate();
    await exited;
  }
}

/** `undefined` where none comes in time; rejects with what the worker failed with. */
async function next(worker: Worker): Promise<WorkerMessage | undefined> {
  try {
    const [message] = await once(worker, 'message', { signal: AbortSignal.timeout(HANG_MS) });
    return message as WorkerMessage;
  } catch (error) {
    if ((error as Error).name === 'AbortError') return undefined;
    throw error;
  }
}

type Fault = { readonly input: Uint8Array; readonly error: string; readonly seed?: number } | undefined;

function outcome(name: string, seed: number, found: Fault, memory = 1): Outcome {
  const faults = memory > MOST_MEMORY ? [`memory grew to ${memory.toFixed(2)} of what it was`] : [];
  const kept = found && { target: name, seed, ...found, input: Buffer.from(found.input) };
  return { found: kept, faults, figures: `memory × ${memory.toFixed(2)}` };
}

function inputAt(current: SharedArrayBuffer): Buffer {
  const [size = 0] = new Int32Array(current, 0, 1);
  return Buffer.from(new Uint8Array(current, 4, size));
}
