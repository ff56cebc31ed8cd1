import type { ManagedProcess } from '../stack/managed-process.ts';
import { type Fault, type FaultContext, within } from './fault.ts';

const pauseLog: Fault = {
  id: 'F11',
  title: 'nats-server paused',
  announced: [
    { kind: 'edge', state: 'unready', says: /nats: does not answer/ },
    { kind: 'edge', state: 'unready', says: /registry: the copy is \d+ s old/ },
    { kind: 'store', state: 'unready', says: /nats: does not answer/ },
    { kind: 'api', state: 'unready', says: /nats: does not answer/ },
  ],
  inject: (context) => pause(context, context.stack.nats, 6000, 12_000),
};

const pauseStore: Fault = {
  id: 'F12a',
  title: 'a store paused for longer than its lease',
  inject: (context) => pause(context, context.random.pick(context.stack.stores).process, 5000, 16_000),
};

const pauseDatabase: Fault = {
  id: 'F13',
  title: 'PostgreSQL paused',
  announced: [
    { kind: 'store', state: 'unready', says: /\[-\] database: / },
    // It reads what is stored, and nothing else of it needs the database.
    { kind: 'api', state: 'ready', says: /\[-\] database: / },
  ],
  inject: (context) => pause(context, context.stack.postgres, 6000, 12_000),
};

const pauseEdge: Fault = {
  id: 'F15',
  title: 'an edge paused while the log goes on',
  inject: (context) => pause(context, context.random.pick(context.stack.edges).process, 5000, 20_000),
};

async function pause(
  { random, history }: FaultContext,
  victim: ManagedProcess,
  least: number,
  most: number,
): Promise<void> {
  await within(random, 1000, 3000);
  history.fault(`${victim.name} paused`);
  victim.pause();
  await within(random, least, most);
  victim.resume();
  history.fault(`${victim.name} goes on`, true);
}

export const PAUSES: readonly Fault[] = [pauseLog, pauseStore, pauseDatabase, pauseEdge];
