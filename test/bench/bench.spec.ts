import { expect, it } from 'vitest';
import { runBench } from './run-bench.ts';
import { readArguments } from './sizes.ts';

const SIZES = {
  rounds: 1,
  seconds: 0.2,
  warmUp: 0.1,
  topics: 4,
  inFlight: 8,
  idleConsumers: 40,
  settling: 0.1,
  outstanding: 40,
  consumers: 5,
  largeMiB: 1,
};
/** Of one broker; growth needs three. */
const WORKLOADS = 'floor,echo,a,c,e,f,g,h';
const TINY = Object.entries(SIZES).map(([name, size]) => `--${name}=${size}`);

it('measures its workloads, however small', async () => {
  const { sizes, workloads } = readArguments([...TINY, `--workloads=${WORKLOADS}`]);
  const machine = { processors: '', memoryGiB: 0, kernel: '', disk: '', node: '', nats: '', broker: '' };

  const { samples, failures } = await runBench({ sizes, workloads, peers: false, machine, say: () => {} });

  expect(failures).toEqual([]);
  const taken = samples.map(({ workload, subject }) => `${workload} ${subject}`);
  expect(taken).toEqual([
    'floor-single floor',
    'floor-batch floor',
    'floor-pair floor',
    'echo floor',
    'a dasf-broker',
    'a-steady dasf-broker',
    'c dasf-broker',
    'e dasf-broker',
    'f dasf-broker',
    'g dasf-broker',
    'h dasf-broker',
  ]);
  for (const { values } of samples) {
    expect(Object.keys(values)).not.toEqual([]);
    expect(Object.values(values)).not.toContain(Number.NaN);
  }
}, 300_000);

it('says what is wrong with its options', () => {
  expect(() => readArguments(['--rounds', 'many'])).toThrow('--rounds is "many"');
  expect(() => readArguments(['--speed', '1'])).toThrow('--speed');
});
