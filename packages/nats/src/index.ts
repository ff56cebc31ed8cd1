export { Answers } from './answers.ts';
export * from './connection.ts';
export * from './inbox.ts';
export * from './login.ts';
export * from './prepared.ts';
export { type Batch, readBatch } from './read-batch.ts';
export * from './refusals.ts';
export type { NeededStream } from './stream-fitness.ts';
