import { appendBatches, appendPairs, appendSingly } from './append.ts';
import { calls } from './calls.ts';
import { cycle } from './cycle.ts';
import { drain, fill } from './drain.ts';
import { echo } from './echo.ts';
import { fanOut } from './fan-out.ts';
import { holdIdle } from './idle.ts';

/** What a load generator can do; options and result go from process to process as JSON. */
export const tasks = {
  appendBatches,
  appendPairs,
  appendSingly,
  calls,
  cycle,
  drain,
  echo,
  fanOut,
  fill,
  holdIdle,
} as const;

export type Tasks = typeof tasks;
export type TaskName = keyof Tasks;

export interface Order {
  readonly task: TaskName;
  readonly options: unknown;
}
