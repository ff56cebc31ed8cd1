import { manyCallers, oneCaller } from './calls.ts';
import { cache, store } from './cycles.ts';
import { drain } from './drain.ts';
import { echo } from './echo.ts';
import { fanOut } from './fan-out.ts';
import { floor } from './floor.ts';
import { growth } from './growth.ts';
import { idle } from './idle.ts';
import { mixed } from './mixed.ts';
import type { Workload } from './workload.ts';

/** By the letter that asks for them, in the order in which a round takes them. */
export const workloads: Readonly<Record<string, Workload>> = {
  floor,
  echo,
  a: cache,
  b: store,
  c: oneCaller,
  d: manyCallers,
  e: idle,
  f: drain,
  g: fanOut,
  h: mixed,
  i: growth,
};
