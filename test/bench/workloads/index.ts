import { manyCallers, oneCaller } from './calls.ts';
import { cache, store } from './cycles.ts';
import { floor } from './floor.ts';
import type { Workload } from './workload.ts';

/** By the letter that asks for them, in the order in which a round takes them. */
export const workloads: Readonly<Record<string, Workload>> = {
  floor,
  a: cache,
  b: store,
  c: oneCaller,
  d: manyCallers,
};
