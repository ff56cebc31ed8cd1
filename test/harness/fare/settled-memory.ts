import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const ROUNDS = 3;
/** Where V8 keeps what it has compiled: that grows whenever code is met anew or often, for hours, and is no leak. */
const COMPILED = /code|trusted/;

/** Bytes that data take, on the heap and beside it, after everything that can be collected was. */
export async function settledMemory(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: object) => void;
  for (let round = 0; round < ROUNDS; round += 1) {
    // As when memory is out: else V8 keeps the pages that it has emptied.
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    // What is freed by a callback is so in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => !COMPILED.test(name));
  const { external_memory: external } = getHeapStatistics();
  return spaces.reduce((sum, { space_used_size: used }) => sum + used, external);
}

/** Bytes of this process's memory that V8 takes for compiled code. */
export function compiledMemory(): number {
  const spaces = getHeapSpaceStatistics().filter(({ space_name: name }) => COMPILED.test(name));
  return spaces.reduce((sum, { physical_space_size: physical }) => sum + physical, 0);
}
