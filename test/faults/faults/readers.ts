import { setTimeout as sleep } from 'node:timers/promises';
import { residentKiB } from '../../bench/process-memory.ts';
import type { FaultStack } from '../stack/stack.ts';
import { type Fault, within } from './fault.ts';

const SLEEPERS = 10;
/** What one consumer may have unread (`DASF_CONSUMER_BUFFER_BYTES`). */
const UNREAD_MIB = 4;
/** What the load itself may take. */
const SLACK_MIB = 128;
const BURST = { frames: 400, bytes: 500_000 };
const MEBIBYTE_IN_KIB = 1024;

const sleepers: Fault = {
  id: 'F14',
  title: 'consumers that read nothing, while much is sent to them',
  async inject({ stack, random, history, workload }) {
    const topic = random.pick(workload.topics.filter(({ retention }) => retention !== 'store'));
    await workload.addConsumers(topic, 'asleep', SLEEPERS);
    await within(random, 1500, 3000);
    history.fault(`${SLEEPERS} consumers of ${topic.name} sleep`);
    const before = residentMiB(stack);
    const growth = new Map<string, number>();
    const burst = workload.burst(topic, BURST.frames, BURST.bytes);
    for (let done = false; !done; ) {
      done = await Promise.race([burst.then(() => true), sleep(100, false)]);
      for (const [name, now] of residentMiB(stack))
        growth.set(name, Math.max(growth.get(name) ?? 0, now - (before.get(name) ?? now)));
    }
    const most = SLEEPERS * UNREAD_MIB + SLACK_MIB;
    for (const [name, grown] of growth)
      if (grown > most)
        throw new Error(`${name} grew by ${grown} MiB, more than ${most}, while readers slept`);
    history.fault('nothing more is sent', true);
  },
};

function residentMiB({ edges }: FaultStack): ReadonlyMap<string, number> {
  return new Map(
    edges.flatMap(({ process: { name, pid } }) =>
      pid === undefined ? [] : [[name, Math.round(residentKiB(pid) / MEBIBYTE_IN_KIB)] as const],
    ),
  );
}

export const READERS: readonly Fault[] = [sleepers];
