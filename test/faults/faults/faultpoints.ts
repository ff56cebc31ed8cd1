import type { Line, Tripwire } from '../stack/line.ts';
import type { Service } from '../stack/service.ts';
import { type Fault, type FaultContext, within } from './fault.ts';

/**
 * The moments around an acknowledgement or a commit, as they pass on a service's line: before the peer has heard of
 * it, when the peer has done it but its answer has not come back, and when the answer has come. So the services need
 * no faultpoints of their own.
 */
interface Faultpoint {
  readonly name: string;
  readonly way: Tripwire['way'];
  readonly pattern: string;
  readonly passOn: boolean;
}

const PUBLISHED = { way: 'up', pattern: 'HPUB dasf.log.' } as const;
const CONFIRMED = { way: 'down', pattern: '"stream":"dasf-log-' } as const;
const COMMIT = { way: 'up', pattern: 'commit' } as const;
const COMMITTED = { way: 'down', pattern: 'COMMIT' } as const;
const BEGUN = { way: 'up', pattern: 'begin' } as const;

const OF_APPENDS: readonly Faultpoint[] = [
  { name: 'before the log hears of it', ...PUBLISHED, passOn: false },
  { name: 'after the log heard of it', ...PUBLISHED, passOn: true },
  { name: 'before the answer of the log comes', ...CONFIRMED, passOn: false },
  { name: 'after the answer of the log', ...CONFIRMED, passOn: true },
];
const OF_COMMITS: readonly Faultpoint[] = [
  { name: 'at begin', ...BEGUN, passOn: true },
  { name: 'before commit is sent', ...COMMIT, passOn: false },
  { name: 'after commit was sent', ...COMMIT, passOn: true },
  { name: 'before the answer to commit comes', ...COMMITTED, passOn: false },
  { name: 'after the answer to commit', ...COMMITTED, passOn: true },
];
const TRIPPED_WITHIN_MS = 10_000;

const killEdge: Fault = {
  id: 'F6',
  title: 'an edge killed around each acknowledgement of the log',
  endsServices: true,
  async inject(context) {
    for (const point of context.random.shuffled(OF_APPENDS)) await killAt(context, 'edges', point);
  },
};

const killStore: Fault = {
  id: 'F7',
  title: 'a store killed around each commit',
  endsServices: true,
  async inject(context) {
    for (const point of context.random.shuffled(OF_COMMITS)) await killAt(context, 'stores', point);
  },
};

const pauseStore: Fault = {
  id: 'F12',
  title: 'a store paused in the middle of a transaction, with another one standing by',
  async inject(context) {
    const { random, history } = context;
    const point = random.pick(OF_COMMITS);
    let paused: Service | undefined;
    await within(random, 500, 2000);
    await tripped(context, 'stores', point, (service) => {
      paused = service;
      service.process.pause();
    });
    history.fault(`${paused?.process.name} paused ${point.name}`);
    await within(random, 12_000, 20_000);
    paused?.process.resume();
    history.fault(`${paused?.process.name} goes on`, true);
  },
};

const killLog: Fault = {
  id: 'F16a',
  title: 'nats-server killed between storing and republishing',
  async inject({ stack, random, history }) {
    for (let time = 0; time < 5; time += 1) {
      await within(random, 500, 2500);
      const { promise, resolve } = Promise.withResolvers<void>();
      const line = random.pick(stack.edges).natsLines[0];
      const act = () => {
        history.fault('nats killed as it stored');
        void stack.nats.end('SIGKILL').then(resolve);
      };
      line.watch({ ...PUBLISHED, skip: random.between(0, 20), passOn: true, act });
      await Promise.race([promise, within(random, TRIPPED_WITHIN_MS, TRIPPED_WITHIN_MS)]);
      line.heal();
      if (!stack.nats.isRunning) await stack.nats.start();
      history.fault('nats serves again', true);
    }
  },
};

async function killAt(context: FaultContext, kind: 'edges' | 'stores', point: Faultpoint): Promise<void> {
  const { random, history } = context;
  await within(random, 500, 1500);
  let ended: Promise<void> | undefined;
  const victim = await tripped(context, kind, point, ({ process }) => {
    ended = process.end('SIGKILL');
  });
  history.fault(`${victim?.process.name} killed ${point.name}`);
  await ended;
  await within(random, 0, 1000);
  if (victim) await victim.process.start();
  history.fault(`${victim?.process.name} serves again`, true);
}

/** Waits until one of the services of a kind passes the point; `undefined` where none does in time. */
async function tripped(
  { stack, random }: FaultContext,
  kind: 'edges' | 'stores',
  { way, pattern, passOn }: Faultpoint,
  act: (service: Service) => void,
): Promise<Service | undefined> {
  const { promise, resolve } = Promise.withResolvers<Service>();
  const lines: Line[] = [];
  let isTripped = false;
  for (const service of stack[kind]) {
    const line = kind === 'edges' ? service.natsLines[0] : service.databaseLine;
    if (!line) continue;
    lines.push(line);
    line.watch({
      ...{ way, pattern, passOn, skip: random.between(0, 12) },
      act: () => {
        if (isTripped) return;
        isTripped = true;
        act(service);
        resolve(service);
      },
    });
  }
  const nobody = within(random, TRIPPED_WITHIN_MS, TRIPPED_WITHIN_MS).then(() => undefined);
  const victim = await Promise.race([promise, nobody]);
  for (const line of lines) line.heal();
  return victim;
}

export const FAULTPOINTS: readonly Fault[] = [killEdge, killStore, pauseStore, killLog];
