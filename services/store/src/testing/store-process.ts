import { readStoreConfig } from '../config.ts';
import { createStore } from '../store.ts';
import { FAST_TIMES } from './fast-times.ts';

// A store as a process of its own, for tests that kill or pause it.
const store = createStore(readStoreConfig(), { times: FAST_TIMES });
await store.ready;
process.send?.({ ready: true });
