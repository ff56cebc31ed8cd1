import type { Line } from '../stack/line.ts';
import { linesOf } from '../stack/stack.ts';
import { type Fault, type FaultContext, within } from './fault.ts';

const lostLive: Fault = {
  id: 'F16',
  title: 'what the log republishes is lost on its way to an edge',
  async inject(context) {
    const { stack, random, history } = context;
    for (let time = 0; time < 5; time += 1) {
      await within(random, 500, 2000);
      const line = random.pick(stack.edges).natsLines[0];
      history.fault('the way from the log to an edge is held');
      line.hold('down');
      await within(random, 200, 2500);
      // What is held never arrives.
      line.cut();
      line.heal();
      history.fault('cut and whole again', true);
    }
  },
};

const partition: Fault = {
  id: 'F17',
  title: 'services cut off from the log or the database: reset, refused, silent one way or both',
  async inject(context) {
    const { random, history, stack } = context;
    for (let time = 0; time < 4; time += 1) {
      await within(random, 500, 1500);
      const lines = random.chance(0.3) ? linesOf(stack) : [random.pick(linesOf(stack))];
      const way = random.pick(CUTS);
      history.fault(`${lines.length} lines: ${way.name}`);
      for (const line of lines) way.cut(line);
      await within(random, 1000, 9000);
      for (const line of lines) {
        // After a real partition, connections are either dead or go on as if nothing had been.
        if (random.chance(0.5)) line.cut();
        line.heal();
      }
      history.fault('lines whole again', true);
    }
  },
};

const CUTS: readonly { readonly name: string; readonly cut: (line: Line) => void }[] = [
  { name: 'reset', cut: (line) => line.cut() },
  { name: 'refused', cut: (line) => line.cut({ refuse: true }) },
  { name: 'silent', cut: (line) => line.hold('up', 'down') },
  { name: 'silent towards the server', cut: (line) => line.hold('up') },
  { name: 'silent towards the client', cut: (line) => line.hold('down') },
];

const slowLines: Fault = {
  id: 'F18',
  title: 'lines with latency, little throughput, bytes in ones',
  async inject(context) {
    for (const conduct of context.random.shuffled(SLOW)) await slowDown(context, conduct);
  },
};

const SLOW = [{ latency: 100, jitter: 80 }, { bytesPerSecond: 96_000, sliceBytes: 4096 }, { sliceBytes: 1 }];

async function slowDown(
  { stack, random, history }: FaultContext,
  conduct: (typeof SLOW)[number],
): Promise<void> {
  const lines = linesOf(stack).filter(() => random.chance(0.5));
  history.fault(`${lines.length} lines slow: ${JSON.stringify(conduct)}`);
  for (const line of lines) line.slow(conduct);
  await within(random, 2000, 4000);
  // And cut in the middle of whatever is under way.
  for (const line of lines) {
    if (random.chance(0.3)) line.cut();
    line.heal();
  }
  history.fault('lines as before', true);
}

export const LINES: readonly Fault[] = [lostLive, partition, slowLines];
