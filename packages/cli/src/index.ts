export { type Context, dataDir } from './context.ts';
export { run } from './run.ts';
export { toolSpecs } from './tool-settings.ts';
