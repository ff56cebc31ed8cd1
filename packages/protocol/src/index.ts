export * from './close.ts';
export * from './names.ts';
export * from './retention.ts';
