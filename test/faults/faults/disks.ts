import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Disk, SmallDisk } from '../stack/disk.ts';
import { type Fault, type FaultContext, within } from './fault.ts';

const ROOM_BYTES = 256 * 1024 * 1024;

const logDiskFull: Fault = {
  id: 'F19',
  title: 'the disk of the log full, then room again',
  stack: { logDisk: 'small' },
  // What is stored is delivered all the same.
  announced: [{ kind: 'edge', state: 'ready', says: /\[-\] log: partition \d/ }],
  needsRoot: true,
  async inject(context) {
    const { stack, history } = context;
    await fillForAWhile(context, stack.logDisk);
    // nats-server takes nothing more after a write failed, until it is started again; its supervisor does that.
    await stack.nats.restart('SIGTERM');
    history.fault('nats restarted, as its health check asks for', true);
  },
};

const databaseDiskFull: Fault = {
  id: 'F21',
  title: 'the disk of the database full, then room again',
  stack: { databaseDisk: 'small' },
  // It answers, or ends, as it likes.
  announced: [{ kind: 'store', state: 'ready', says: /\[-\] partitions: \d is degraded/ }],
  needsRoot: true,
  async inject(context) {
    const { stack, history } = context;
    await fillForAWhile(context, stack.databaseDisk);
    // It may have ended itself since it could not write its own log.
    stack.postgres.launch();
    history.fault('room again', true);
  },
};

async function fillForAWhile({ random, history }: FaultContext, disk: Disk | undefined): Promise<void> {
  if (!(disk instanceof SmallDisk)) throw new Error('there is no disk to fill');
  await within(random, 1000, 2000);
  const ballast = join(disk.folder, 'ballast');
  const { bavail, bsize } = statfsSync(disk.folder);
  writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - random.between(0, 400_000))));
  history.fault(`disk full: ${disk.folder}`);
  // Longer than an edge waits for the log, and some until it is asked.
  await within(random, 8000, 11_000);
  rmSync(ballast);
  // What has come meanwhile needs room, too.
  await disk.resize(ROOM_BYTES);
}

export const FULL_DISKS: readonly Fault[] = [logDiskFull, databaseDiskFull];
