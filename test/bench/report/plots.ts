import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Results } from '../results/results.ts';
import { TARGETS } from './targets.ts';

export interface Plot {
  readonly title: string;
  readonly file: string;
  readonly svg: string;
}

const PERCENTILES: readonly (readonly [string, string])[] = [
  ['p50', '50 %'],
  ['p90', '90 %'],
  ['p99', '99 %'],
  ['p999', '99.9 %'],
  ['max', 'all'],
];

export async function plots(results: Results): Promise<Plot[]> {
  return [
    await plot('performance-targets.svg', 'What was reached, as a part of its target', targetsSpec(results)),
    await plot('performance-rates.svg', 'Messages a second, each round', ratesSpec(results)),
    await plot('performance-latency.svg', 'Latency until delivery, or of a call', latencySpec(results)),
    await plot('performance-cpu.svg', 'Processor time of a message', cpuSpec(results)),
  ];
}

async function plot(file: string, title: string, spec: TopLevelSpec): Promise<Plot> {
  const config = { background: 'white', view: { stroke: 'transparent' } };
  const { spec: compiled } = compile({ ...spec, title, config } as TopLevelSpec);
  return { file, title, svg: await new View(parse(compiled), { renderer: 'none' }).toSVG() };
}

/** Above 1 is better than the target, whichever way it goes. */
function targetsSpec(results: Results): TopLevelSpec {
  const values = TARGETS.flatMap((target) => {
    const reached = target.reached(results);
    if (!reached) return [];
    const part = (value: number) =>
      target.atMost === undefined ? value / (target.atLeast ?? 1) : target.atMost / value;
    const { what } = target;
    return [{ what, median: part(reached.median), one: part(reached.least), other: part(reached.greatest) }];
  });
  const y = { field: 'what', type: 'nominal', sort: null, title: null, axis: { labelLimit: 0 } } as const;
  const x = {
    type: 'quantitative',
    scale: { type: 'log' },
    title: 'reached / target (right of 1: met)',
  } as const;
  return {
    data: { values },
    width: 420,
    layer: [
      { mark: { type: 'rule', color: '#888' }, encoding: { x: { datum: 1, ...x } } },
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { y, x: { field: 'one', ...x }, x2: { field: 'other' } },
      },
      { mark: { type: 'point', filled: true, size: 70 }, encoding: { y, x: { field: 'median', ...x } } },
    ],
  };
}

function ratesSpec({ samples }: Results): TopLevelSpec {
  const values = samples.flatMap(({ workload, subject, values: taken }) =>
    taken['perSecond'] && !workload.endsWith('-steady')
      ? [{ what: `${workload} ${subject}`, rate: taken['perSecond'] }]
      : [],
  );
  return {
    data: { values },
    width: 420,
    mark: { type: 'tick', thickness: 2 },
    encoding: {
      y: { field: 'what', type: 'nominal', sort: null, title: null, axis: { labelLimit: 0 } },
      x: { field: 'rate', type: 'quantitative', scale: { type: 'log' }, title: 'a second' },
    },
  };
}

function latencySpec({ samples }: Results): TopLevelSpec {
  const values = samples.flatMap(({ workload, subject, round, values: taken }) =>
    ['delivered', 'call', 'pair'].flatMap((kind) =>
      PERCENTILES.flatMap(([name, share]) => {
        const ms = taken[`${kind}.${name}`];
        return ms === undefined ? [] : [{ what: `${workload} ${subject}`, round, share, ms }];
      }),
    ),
  );
  return {
    data: { values },
    width: 420,
    height: 260,
    mark: { type: 'line', point: true, opacity: 0.6 },
    encoding: {
      x: { field: 'share', type: 'ordinal', sort: null, title: 'of the messages' },
      y: { field: 'ms', type: 'quantitative', scale: { type: 'log' }, title: 'milliseconds' },
      color: { field: 'what', type: 'nominal', title: null },
      detail: { field: 'round' },
    },
  };
}

function cpuSpec({ samples }: Results): TopLevelSpec {
  const values = samples
    .filter(({ subject }) => subject === 'dasf-broker')
    .flatMap(({ workload, values: taken }) =>
      Object.entries(taken).flatMap(([name, time]) =>
        name.startsWith('cpu.') ? [{ workload, process: name.slice('cpu.'.length), time }] : [],
      ),
    );
  return {
    data: { values },
    width: 420,
    mark: 'bar',
    encoding: {
      y: { field: 'workload', type: 'nominal', title: null },
      x: { field: 'time', type: 'quantitative', title: 'µs' },
      color: { field: 'process', type: 'nominal', title: null },
    },
    transform: [
      { aggregate: [{ op: 'median', field: 'time', as: 'time' }], groupby: ['workload', 'process'] },
    ],
  };
}
