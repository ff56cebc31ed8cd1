import {
  cpSync,
  globSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pollUntil } from '@dasf-broker/deploy';
import { prepareLog } from '@dasf-broker/log';
import { closeNats, connectNats } from '@dasf-broker/nats';
import { readStoreConfig } from '@dasf-broker/store';
import { jetstreamManager } from '@nats-io/jetstream';
import type { FaultStack } from '../stack/stack.ts';
import { type Fault, type FaultContext, within } from './fault.ts';

const PARTITIONS = [0, 1, 2, 3];
const NOTICED_WITHIN_MS = 45_000;
/** Until what was on its way when the edges were cut off is folded. */
const SETTLED_MS = 3000;

interface Spoiling {
  /** What a store must say of it. */
  readonly noticed: RegExp;
  /** What is done to the partition's log at `path` while the server is down. */
  spoil?(path: string, random: FaultContext['random']): void;
  /** What is done when it is up again. */
  change?(stack: FaultStack, partition: number): Promise<void>;
}

const indexLost: Fault = {
  id: 'F23a',
  title: 'the index files of the log deleted',
  async inject({ stack, random, history }) {
    for (let time = 0; time < 3; time += 1) {
      await within(random, 1000, 2500);
      await stack.nats.end('SIGKILL');
      for (const file of globSync(join(stack.folder, 'nats/**/msgs/index.db'))) rmSync(file);
      history.fault('nats-server killed, its index files deleted');
      await stack.nats.start();
      history.fault('nats-server serves again', true);
    }
  },
};

const cutShort: Fault = {
  id: 'F23b',
  title: "a partition's log cut short on disk, then whole again",
  inject: (context) =>
    spoil(context, {
      noticed: /ends at \d+, but the database holds/,
      spoil(path, random) {
        const block = lastBlock(path);
        truncateSync(block, Math.floor(statSync(block).size * random.between(20, 80) * 0.01));
        rmSync(join(path, 'msgs/index.db'), { force: true });
      },
    }),
};

const flipped: Fault = {
  id: 'F23c',
  title: "bytes of a partition's log changed on disk, then whole again",
  inject: (context) =>
    spoil(context, {
      noticed:
        /ends at \d+, but the database holds|goes on at \d+ where|begins at \d+, but the database holds/,
      spoil(path, random) {
        const block = lastBlock(path);
        const bytes = readFileSync(block);
        const at = Math.floor(bytes.length * random.between(20, 80) * 0.01);
        for (let index = at; index < Math.min(at + 4096, bytes.length); index += 1)
          bytes.writeUInt8(bytes.readUInt8(index) ^ 0xff, index);
        writeFileSync(block, bytes);
        rmSync(join(path, 'msgs/index.db'), { force: true });
      },
    }),
};

const madeAnew: Fault = {
  id: 'F24',
  title: "a partition's stream deleted and made anew, then the real one again",
  inject: (context) =>
    spoil(context, {
      noticed: /the log is another one/,
      async change(stack, partition) {
        const { natsUrl, log } = readStoreConfig(stack.env);
        const nc = await connectNats({ url: natsUrl, client: 'nemesis' });
        await (await jetstreamManager(nc)).streams.delete(`dasf-log-${partition}`);
        await prepareLog(nc, log);
        await closeNats(nc);
      },
    }),
};

/**
 * Puts a wrong log in a partition's place, waits until a store says so, and puts the real one back. Edges and apis are
 * cut off meanwhile: what they are told is durable would be in the wrong one.
 */
async function spoil(context: FaultContext, { noticed, ...how }: Spoiling): Promise<void> {
  const { stack, random, history } = context;
  await within(random, 1000, 3000);
  const partition = random.pick(PARTITIONS);
  const lines = [...stack.edges, ...stack.apis].flatMap(({ natsLines }) => natsLines);
  for (const line of lines) line.cut({ refuse: true });
  await sleep(SETTLED_MS);
  await stack.nats.end('SIGTERM');
  const path = logFolder(stack, partition);
  const kept = join(stack.folder, `kept-${partition}`);
  cpSync(path, kept, { recursive: true });
  history.add({ op: 'fault', what: `the log of partition ${partition} is another one`, spoilsLog: true });
  how.spoil?.(path, random);
  const said = voices(stack);
  await stack.nats.start();
  await how.change?.(stack, partition);
  const isNoticed = async () => said().some((line) => isHalted(line, partition) && noticed.test(line));
  await pollUntil(isNoticed, NOTICED_WITHIN_MS).catch(() => {
    throw new Error(`no store said that the log of partition ${partition} is not the one it was`);
  });
  await stack.nats.end('SIGTERM');
  rmSync(path, { recursive: true, force: true });
  cpSync(kept, path, { recursive: true });
  rmSync(kept, { recursive: true });
  await stack.nats.start();
  for (const line of lines) line.heal();
  history.fault('the real log is back', true);
}

function isHalted(line: string, partition: number): boolean {
  return line.includes(`Partition ${partition} is halted`);
}

function logFolder(stack: FaultStack, partition: number): string {
  const [path] = globSync(join(stack.folder, `nats/**/streams/dasf-log-${partition}`));
  if (path === undefined) throw new Error(`the log of partition ${partition} is not on disk`);
  return path;
}

function lastBlock(path: string): string {
  const blocks = readdirSync(join(path, 'msgs')).filter((name) => name.endsWith('.blk'));
  const last = blocks.toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).at(-1);
  if (last === undefined) throw new Error(`${path} holds no messages`);
  return join(path, 'msgs', last);
}

/** What the stores say from now on, line by line. */
function voices(stack: FaultStack): () => string[] {
  const files = stack.stores.map(({ process: { name } }) => join(stack.folder, 'logs', `${name}.log`));
  const before = files.map((file) => statSync(file).size);
  return () =>
    files.flatMap((file, index) => readFileSync(file).subarray(before[index]).toString().split('\n'));
}

export const WRONG_LOGS: readonly Fault[] = [indexLost, cutShort, flipped, madeAnew];
