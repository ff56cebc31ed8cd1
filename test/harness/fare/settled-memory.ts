import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const ROUNDS = 3;

/** Bytes that are still in use after everything that can be collected was. */
export async function settledMemory(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < ROUNDS; round += 1) {
    collect();
    // What is freed by a callback is so in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}
