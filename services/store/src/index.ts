export { migrationSpecs, readStoreConfig, type StoreConfig, storeSpecs } from './config.ts';
export { createStore, type Store, type StoreOverrides } from './store.ts';
export type { StoreTimes } from './times.ts';
export type { PartitionHealth } from './worker/partition-worker.ts';
