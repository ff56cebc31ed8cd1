import type { Disk } from '../stack/disk.ts';
import { PowerCutDisk } from '../stack/disk.ts';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { type Fault, type FaultContext, within } from './fault.ts';

const log: Fault = {
  id: 'F2',
  title: 'power cut of the log',
  stack: { logDisk: 'power-cut' },
  needsRoot: true,
  inject: (context) => cutPower(context, context.stack.nats, context.stack.logDisk, 3),
};

const logWithoutSync: Fault = {
  ...log,
  id: 'F2n',
  title: 'power cut of a log that does not sync (negative control)',
  stack: { logDisk: 'power-cut', sync: false },
  mustLose: true,
  async inject(context) {
    const { nats, logDisk } = context.stack;
    // Only what comes from now on is to be lost: a server whose streams are gone as a whole does not start.
    if (logDisk instanceof PowerCutDisk) await logDisk.sync();
    await cutPower(context, nats, logDisk, 1);
  },
};

const database: Fault = {
  id: 'F3',
  title: 'power cut of the database',
  stack: { databaseDisk: 'power-cut' },
  needsRoot: true,
  inject: (context) => cutPower(context, context.stack.postgres, context.stack.databaseDisk, 2),
};

async function cutPower(
  { random, history }: FaultContext,
  server: ManagedProcess,
  disk: Disk | undefined,
  times: number,
): Promise<void> {
  if (!(disk instanceof PowerCutDisk)) throw new Error('this disk has no power to be cut');
  for (let time = 0; time < times; time += 1) {
    await within(random, 1500, 4000);
    // Paused first: what it does after the cut must not reach anyone.
    server.pause();
    await disk.cutPower();
    history.fault(`power of ${server.name} cut`);
    await server.endFamily();
    await disk.restorePower();
    await server.start();
    history.fault(`${server.name} serves again`, true);
  }
}

export const POWER_CUTS: readonly Fault[] = [log, logWithoutSync, database];
