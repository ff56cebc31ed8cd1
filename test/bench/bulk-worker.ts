import { parentPort, workerData } from 'node:worker_threads';
import { Bulk, type BulkOptions } from './bulk.ts';

/** Large frames have a thread of their own: they must not hold up the clock that measures small ones. */
const bulk = await Bulk.open(workerData as BulkOptions);

parentPort?.on('message', async (command: 'start' | 'stop') => {
  if (command === 'start') bulk.start();
  else parentPort?.postMessage(await bulk.stop());
});
parentPort?.postMessage('ready');
