export * from './description.ts';
export * from './errors.ts';
export { type Environment, readSettings } from './read.ts';
export * from './setting.ts';
export * from './shared.ts';
export * from './unknown.ts';
export * from './validators.ts';
