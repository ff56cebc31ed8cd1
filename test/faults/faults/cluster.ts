import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, type FaultContext, within } from './fault.ts';

const STACK = { logServers: 3, settings: { DASF_LOG_REPLICAS: '3' } } as const;

const kill: Fault = {
  id: 'F36a',
  title: 'three nats-servers, one killed at a time',
  stack: STACK,
  needsRoot: true,
  inject: (context) =>
    oneAtATime(context, 'killed', async ({ server }) => {
      await server.end('SIGKILL');
      await within(context.random, 500, 5000);
      await server.start();
    }),
};

const pause: Fault = {
  id: 'F36b',
  title: 'three nats-servers, one paused at a time',
  stack: STACK,
  needsRoot: true,
  inject: (context) =>
    oneAtATime(context, 'paused', async ({ server }) => {
      server.pause();
      await within(context.random, 3000, 12_000);
      server.resume();
    }),
};

const cutOff: Fault = {
  id: 'F36c',
  title: 'three nats-servers, one cut off at a time',
  stack: STACK,
  needsRoot: true,
  inject: (context) =>
    oneAtATime(context, 'cut off', async ({ host }) => {
      await host?.unplug();
      await within(context.random, 3000, 12_000);
      await host?.plug();
    }),
};

/** The next one is only touched when all three agree again: with two away there is no log. */
async function oneAtATime(
  { stack, random, history }: FaultContext,
  what: string,
  strike: (victim: {
    server: (typeof stack.logServers)[number];
    host: (typeof stack.hosts)[number] | undefined;
  }) => Promise<void>,
): Promise<void> {
  for (let time = 0; time < 3; time += 1) {
    await within(random, 1000, 2500);
    const index = random.between(0, stack.logServers.length - 1);
    const server = stack.logServers[index] ?? stack.nats;
    history.fault(`${server.name} ${what}`);
    await strike({ server, host: stack.hosts[index] });
    history.fault(`${server.name} back`, true);
    await sleep(CATCH_UP_MS);
  }
}

const CATCH_UP_MS = 5000;

export const CLUSTER: readonly Fault[] = [kill, pause, cutOff];
