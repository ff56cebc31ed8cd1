/** Loaded into a service's process before its own code: tells how it fares when it is asked. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { FARE_QUESTION, type Fare } from './fare.ts';
import { giveBack } from './give-back.ts';
import { compiledMemory, settledMemory } from './settled-memory.ts';

const RESOLUTION_MS = 10;
const NANOSECONDS = 1e6;

// What V8 notes of a function's calls takes its memory at the first call; else at the eighth or so, for hours.
setFlagsFromString('--no-lazy-feedback-allocation');

const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

process.on('message', async (asked) => {
  if (asked !== FARE_QUESTION) return;
  const delayMs = Math.max(delay.percentile(99) / NANOSECONDS - RESOLUTION_MS, 0);
  const fare: Fare = { delayMs, memory: await settledMemory(), compiled: compiledMemory() };
  giveBack();
  // Collecting all garbage takes its time, which is nobody's fault.
  delay.reset();
  process.send?.({ fare });
});
// The service ends when it is done, not when nobody can ask any more.
process.channel?.unref();
