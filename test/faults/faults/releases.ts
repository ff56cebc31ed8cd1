import { setTimeout as sleep } from 'node:timers/promises';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { findOlderNatsServer, type NatsRelease } from '../stack/nats-program.ts';
import { type Fault, type FaultContext, within } from './fault.ts';

/** Until all of a cluster's servers have what came while one of them was away. */
const CATCH_UP_MS = 5000;

const update: Fault = {
  id: 'F34',
  title: 'nats-server updated on the same data',
  stack: { natsReleases: ['older', 'present'] },
  missing: olderIsMissing,
  inject: (context) => replace(context, context.stack.nats, 'present'),
};

const setBack: Fault = {
  id: 'F34a',
  title: 'nats-server set back to an older release and updated again, on the same data',
  stack: { natsReleases: ['present', 'older'] },
  missing: olderIsMissing,
  async inject(context) {
    for (const release of ['older', 'present'] as const) await replace(context, context.stack.nats, release);
  },
};

const rolling: Fault = {
  id: 'F34b',
  title: 'three nats-servers updated, one after the other',
  stack: { natsReleases: ['older', 'present'], logServers: 3, settings: { DASF_LOG_REPLICAS: '3' } },
  needsRoot: true,
  missing: olderIsMissing,
  async inject(context) {
    for (const server of context.random.shuffled(context.stack.logServers)) {
      await replace(context, server, 'present');
      await sleep(CATCH_UP_MS);
    }
  },
};

async function replace(
  { stack: { natsProgram }, random, history }: FaultContext,
  server: ManagedProcess,
  release: NatsRelease,
): Promise<void> {
  await within(random, 1500, 4000);
  await server.end('SIGTERM');
  history.fault(`${server.name} ended`);
  await within(random, 0, 1500);
  natsProgram.use(release);
  await server.start();
  history.fault(`${server.name} serves again, by ${natsProgram.versionOf(release)}`, true);
}

async function olderIsMissing(): Promise<string | undefined> {
  if (await findOlderNatsServer()) return undefined;
  return 'there is no older nats-server: set OLDER_NATS_SERVER_BIN to the path of one, of 2.12 at least, or install Go';
}

export const RELEASES: readonly Fault[] = [update, setBack, rolling];
