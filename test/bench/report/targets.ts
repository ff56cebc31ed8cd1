import type { Results } from '../results/results.ts';
import { type Figure, ratioOf, type Spread, spreadOf } from './medians.ts';

/** What the broker is to reach. */
export interface Target {
  readonly what: string;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly reached: (results: Results) => Spread | undefined;
}

const ours = (workload: string, value: string): Figure => ({ workload, subject: 'dasf-broker', value });
const floor = (workload: string, value: string): Figure => ({ workload, subject: 'floor', value });
const ratio = (above: Figure, below: Figure) => (results: Results) => ratioOf(results, above, below);
const figure = (wanted: Figure) => (results: Results) => spreadOf(results, wanted);

const throughput = ours('a', 'perSecond');
const call = ours('c', 'call.p50');

export const TARGETS: readonly Target[] = [
  {
    what: '(a) messages a second / appends a second, singly',
    atLeast: 0.6,
    reached: ratio(throughput, floor('floor-single', 'perSecond')),
  },
  {
    what: '(a) messages a second / appends a second, in batches',
    atLeast: 0.6,
    reached: ratio(throughput, floor('floor-batch', 'perSecond')),
  },
  {
    what: '(a) messages a second / those of dasf-broker-django',
    atLeast: 50,
    reached: ratio(throughput, { workload: 'a', subject: 'dasf-broker-django', value: 'perSecond' }),
  },
  {
    what: '(a) messages a second / those of RabbitMQ',
    atLeast: 2,
    reached: ratio(throughput, { workload: 'a', subject: 'rabbitmq', value: 'perSecond' }),
  },
  { what: '(a) edge, µs a message', atMost: 60, reached: figure(ours('a', 'cpu.edge')) },
  { what: '(a) store, µs a message', atMost: 20, reached: figure(ours('a', 'cpu.store')) },
  { what: '(b) store, µs a message', atMost: 80, reached: figure(ours('b', 'cpu.store')) },
  {
    what: '(c) a call, median / two appends one after the other',
    atMost: 2,
    reached: ratio(call, floor('floor-pair', 'pair.p50')),
  },
  {
    what: '(c) a call, median / one of dasf-broker-django',
    atMost: 0.1,
    reached: ratio(call, { workload: 'c', subject: 'dasf-broker-django', value: 'call.p50' }),
  },
  { what: '(e) edge, KiB an idle consumer', atMost: 12, reached: figure(ours('e', 'kibEach')) },
  { what: '(f) messages a second', atLeast: 20_000, reached: figure(ours('f', 'perSecond')) },
  { what: '(f) edge, MiB more at its peak', atMost: 64, reached: figure(ours('f', 'edgeGrowthMiB')) },
  { what: '(g) deliveries a second', atLeast: 150_000, reached: figure(ours('g', 'perSecond')) },
  {
    what: '(i) CPU a message with 10,000 topics / with 10',
    atMost: 1.2,
    reached: ratio(ours('i-many-topics', 'cpu'), ours('i-few-topics', 'cpu')),
  },
  {
    what: '(i) CPU a message with 1,000,000 stored / with none',
    atMost: 1.2,
    reached: ratio(ours('i-stored', 'cpu'), ours('i-few-topics', 'cpu')),
  },
];

export function isMet(
  { atLeast = Number.NEGATIVE_INFINITY, atMost = Number.POSITIVE_INFINITY }: Target,
  { median }: Spread,
): boolean {
  return median >= atLeast && median <= atMost;
}
