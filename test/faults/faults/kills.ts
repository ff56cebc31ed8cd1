import type { ManagedProcess } from '../stack/managed-process.ts';
import { processesOf, servicesOf } from '../stack/stack.ts';
import { type Fault, type FaultContext, within } from './fault.ts';

const healthy: Fault = {
  id: 'F0',
  title: 'none',
  async inject({ random, history }) {
    await within(random, 8000, 8000);
    history.fault('nothing', true);
  },
};

const killLog: Fault = {
  id: 'F1',
  title: 'nats-server killed, again and again',
  inject: (context) => killRepeatedly(context, () => context.stack.nats, context.random.between(4, 7)),
};

const killEdge: Fault = {
  id: 'F6a',
  title: 'edges killed at any moment',
  endsServices: true,
  inject: (context) => killRepeatedly(context, () => anyOf(context, 'edges'), 5),
};

const killStore: Fault = {
  id: 'F7a',
  title: 'stores killed at any moment',
  endsServices: true,
  inject: (context) => killRepeatedly(context, () => anyOf(context, 'stores'), 4),
};

const killDatabase: Fault = {
  id: 'F8',
  title: 'PostgreSQL killed, again and again',
  inject: (context) => killRepeatedly(context, () => context.stack.postgres, 3),
};

const killApi: Fault = {
  id: 'F9',
  title: 'apis killed at any moment',
  endsServices: true,
  inject: (context) => killRepeatedly(context, () => anyOf(context, 'apis'), 4),
};

const killAll: Fault = {
  id: 'F10',
  title: 'everything killed at once, started in any order',
  endsServices: true,
  async inject({ stack, random, history }) {
    const all = processesOf(stack);
    await within(random, 1000, 3000);
    history.fault('all killed');
    await Promise.all(all.map((one) => one.end('SIGKILL')));
    const order = random.shuffled(all);
    history.fault(`started: ${order.map(({ name }) => name).join(', ')}`);
    for (const one of order) {
      one.launch();
      await within(random, 0, 800);
    }
    history.fault('all started', true);
  },
};

const rolling: Fault = {
  id: 'F33',
  title: 'every service restarted in turn, with SIGTERM',
  endsServices: true,
  async inject({ stack, random, history }) {
    for (const { process } of random.shuffled(servicesOf(stack))) {
      history.fault(`${process.name} restarted`);
      await process.restart('SIGTERM');
      await within(random, 300, 1000);
    }
    history.fault('all restarted', true);
  },
};

function anyOf({ stack, random }: FaultContext, kind: 'edges' | 'stores' | 'apis'): ManagedProcess {
  return random.pick(stack[kind]).process;
}

async function killRepeatedly(
  { random, history }: FaultContext,
  victim: () => ManagedProcess,
  times: number,
): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    await within(random, 800, 2500);
    const process = victim();
    history.fault(`${process.name} killed`);
    await process.end('SIGKILL');
    await within(random, 0, 1500);
    await process.start();
    history.fault(`${process.name} serves again`, true);
  }
}

export const KILLS: readonly Fault[] = [
  healthy,
  killLog,
  killEdge,
  killStore,
  killDatabase,
  killApi,
  killAll,
  rolling,
];
