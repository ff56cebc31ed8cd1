/**
 * What attacks on an edge do to its well-behaved clients, and to those of the edge beside it:
 *
 *   npm run test:flood -- [--rounds 3] [--seconds 10] [--rate 100] [--slowloris 2000] [--connections 1000]
 *     [--frames 20] [--only slowloris|connections|frames] [--accept-rate N] [--bare]
 *   npm run test:flood -- --herd 1000 [--addresses 5] [--accept-rate N]
 *
 * Each round measures before, during and after an attack; what counts is the ratio. Attackers are processes of their
 * own and of the lowest priority, with four addresses of the loopback network, clients have a fifth. They run on the same
 * machine: what they take of its processors is told. A p99 is that of a thousand frames. Ends with 1 where the median of
 * the rounds of p99 during / before is above 2, and where an attack did not take place.
 *
 * `--herd` attacks nobody: so many consumers come to an edge at once and, where they are refused, again after 5 to 10 s, as
 * DASF's Python clients do. It says when they are in, and what that does to those that were there.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuTimes } from '../bench/measure/cpu.ts';
import { type Percentiles, percentilesOf } from '../bench/percentiles.ts';
import { Probe } from '../bench/probe.ts';
import { LocalStack } from '../harness/local-stack.ts';
import type { AttackKind } from './attack.ts';
import { Attacker } from './attacker.ts';
import type { HerdCounts } from './herd.ts';
import { advice, herdLines, linesOf, MEASURES, type Phases, type Round, ratioOf } from './report.ts';
import { SecondEdge } from './second-edge.ts';

const MOST_RATIO = 2;
/** Until an attack is under way: sockets are opened a few hundred at a time. */
const BEGINNING_MS = 2000;
const FORBIDDEN_USERS = 20;
const HERD_USERS = 10;
/** What is measured just after a start is not what comes afterwards. */
const WARM_UP_ROUNDS = 3;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '100' },
    slowloris: { type: 'string', default: '2000' },
    connections: { type: 'string', default: '1000' },
    frames: { type: 'string', default: '20' },
    only: { type: 'string' },
    'accept-rate': { type: 'string' },
    /** Attacks a server that only refuses, beside the edges: what that does to them is the machine's part. */
    bare: { type: 'boolean', default: false },
    herd: { type: 'string' },
    addresses: { type: 'string', default: '5' },
  },
});
const seconds = Number(values.seconds);
/** Connections without which an attack was none; `frames` comes again only where it is ended. */
const LEAST_OPENED: Readonly<Record<AttackKind, number>> = {
  slowloris: Number(values.slowloris),
  connections: (Number(values.connections) * seconds) / 2,
  frames: Number(values.frames),
};
const attacks: readonly [AttackKind, string][] = [
  ['slowloris', `${values.slowloris} sockets that send a byte of a header each second`],
  ['connections', `${values.connections} upgrades a second`],
  ['frames', `${values.frames} connections of users who may not, with as many tiny frames as are read`],
];

await using stack = await LocalStack.start(
  values['accept-rate'] ? { DASF_ACCEPT_RATE: values['accept-rate'] } : {},
);
await using other = await SecondEdge.start(stack.file);
using bare = values.bare ? await startBareServer() : undefined;
const token = await stack.token('client', ['add_brokertopic']);
const tokens = await Promise.all(
  Array.from({ length: FORBIDDEN_USERS }, (_, index) => stack.token(`forbidden-${index}`)),
);
const run = crypto.randomUUID().slice(0, 8);
await using attacked = await openProbe(stack.edge, `attacked-${run}`);
await using beside = await openProbe(other.address, `beside-${run}`);
const { edge = 0, nats = 0 } = stack.file.pids;
const victims = { 'attacked edge': edge, 'other edge': other.pid, NATS: nats };
for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await measure();
const failures: string[] = [];
if (values.herd) await comeIn(Number(values.herd));
else await attackAll();
process.exitCode = failures.length > 0 ? 1 : 0;

async function attackAll(): Promise<void> {
  for (const [kind, what] of attacks) {
    if (values.only && values.only !== kind) continue;
    console.log(`\n${kind}: ${what}`);
    const rounds: Round[] = [];
    for (let number = 1; number <= Number(values.rounds); number += 1) rounds.push(await attackOnce(kind));
    for (const line of linesOf(rounds)) console.log(line);
    if (rounds.some(({ counts }) => counts.opened < LEAST_OPENED[kind]))
      failures.push(`${kind}: the attack did not take place`);
    for (const name of MEASURES)
      if (ratioOf(rounds, name, 'during') > MOST_RATIO) failures.push(`${kind}, ${name}`);
  }
  console.log(advice(failures, MOST_RATIO));
}

function openProbe(edge: string, topic: string): Promise<Probe> {
  return Probe.open({ edge, topic, token, rate: Number(values.rate) });
}

async function startBareServer(): Promise<Disposable & { readonly address: string }> {
  const server = fork(join(import.meta.dirname, 'bare-server.ts'));
  const [port] = await once(server, 'message');
  return { address: `ws://127.0.0.1:${port}/ws/`, [Symbol.dispose]: () => server.disconnect() };
}

async function attackOnce(kind: AttackKind): Promise<Round> {
  const before = await measure();
  await using attacker = new Attacker({
    edge: bare?.address ?? stack.edge,
    kind,
    count: Number(values[kind]),
    tokens,
  });
  await new Promise((resolve) => setTimeout(resolve, BEGINNING_MS));
  const pids = { ...victims, attackers: attacker.pid };
  const [began, taken] = [performance.now(), cpuTimes(pids)];
  const during = await measure();
  const shares = sharesOf(taken, cpuTimes(pids), performance.now() - began);
  const counts = await attacker.stop();
  return { before, during, after: await measure(), counts, shares };
}

async function comeIn(clients: number): Promise<void> {
  const users = Array.from({ length: HERD_USERS }, (_, index) => `herd-${index}`);
  const herd = await Promise.all(users.map((user) => stack.token(user, ['add_brokertopic'])));
  const before = await measure();
  const options = { edge: stack.edge, clients, addresses: Number(values.addresses), tokens: herd };
  const child = fork(join(import.meta.dirname, 'herd-process.ts'), [JSON.stringify(options)]);
  const failed = once(child, 'exit').then(() => Promise.reject(new Error('the herd did not come in')));
  const counted = Promise.race([once(child, 'message') as Promise<[HerdCounts]>, failed]);
  const [[counts], during] = await Promise.all([counted, measure()]);
  child.send('leave');
  for (const line of herdLines(counts, before, during, seconds)) console.log(line);
}

async function measure(): Promise<Phases['before']> {
  const [own, others] = await Promise.all([attacked.run(seconds), beside.run(seconds)]);
  const taken: [(typeof MEASURES)[number], Percentiles][] = [
    ['attacked edge, answered', percentilesOf(own.answered)],
    ['attacked edge, delivered', percentilesOf(own.delivered)],
    ['other edge, answered', percentilesOf(others.answered)],
    ['other edge, delivered', percentilesOf(others.delivered)],
  ];
  return Object.fromEntries(taken) as Phases['before'];
}

/** Of a processor, from times in microseconds. */
function sharesOf(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  milliseconds: number,
): Record<string, number> {
  const shares = Object.entries(after).map(([name, at]) => {
    return [name, (at - (before[name] ?? 0)) / 1000 / milliseconds] as const;
  });
  return Object.fromEntries(shares);
}
