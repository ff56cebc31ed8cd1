export { type Context, dataDir } from './context.ts';
export { run } from './run.ts';
