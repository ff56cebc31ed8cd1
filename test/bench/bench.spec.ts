import { expect, it } from 'vitest';
import { runBench } from './run-bench.ts';
import { readArguments } from './sizes.ts';

const TINY = ['--rounds', '1', '--seconds', '0.2', '--topics', '4', '--inFlight', '8', '--callers', '2'];

it('measures every workload, however small', async () => {
  const { sizes, workloads } = readArguments(TINY);
  const machine = { processors: '', memoryGiB: 0, kernel: '', disk: '', node: '', nats: '', broker: '' };

  const { samples } = await runBench({ sizes, workloads, machine, say: () => {} });

  const taken = samples.map(({ workload, subject }) => `${workload} ${subject}`);
  expect(taken).toEqual([
    'floor-single floor',
    'floor-batch floor',
    'floor-pair floor',
    'a dasf-broker',
    'a-steady dasf-broker',
    'b dasf-broker',
    'b-steady dasf-broker',
    'c dasf-broker',
    'd dasf-broker',
  ]);
  for (const { values } of samples) {
    expect(Object.keys(values)).not.toEqual([]);
    expect(Object.values(values)).not.toContain(Number.NaN);
  }
}, 120_000);

it('says what is wrong with its options', () => {
  expect(() => readArguments(['--rounds', 'many'])).toThrow('--rounds is "many"');
  expect(() => readArguments(['--speed', '1'])).toThrow('--speed');
});
