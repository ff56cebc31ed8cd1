import { parseArgs } from 'node:util';

/** How much of everything; each is an option of the command of the same name. */
const PRESETS = {
  rounds: 5,
  /** Of each figure. */
  seconds: 6,
  /** Before the first round, so that code is compiled. */
  warmUp: 10,
  payload: 1024,
  /** Of the workloads with messages in all topics. */
  topics: 50,
  /** Messages under way at a time, over all topics. */
  inFlight: 1000,
  /** Of what goes at most: how much goes while latencies are taken. */
  steadyShare: 0.5,
  floorInFlight: 200,
  floorBatch: 200,
  callers: 64,
  idleConsumers: 20_000,
  outstanding: 100_000,
  consumers: 1000,
  fanOutInFlight: 4,
};

export type Sizes = Readonly<typeof PRESETS>;

export interface Arguments {
  readonly sizes: Sizes;
  /** By letter; all where none is named. */
  readonly workloads: readonly string[];
  /** The file for the results. */
  readonly results: string;
}

/** @throws {TypeError} where an option is unknown or no number */
export function readArguments(args: readonly string[]): Arguments {
  const names = Object.keys(PRESETS);
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
      workloads: { type: 'string' as const },
      results: { type: 'string' as const },
    },
  }) as { values: Record<string, string | undefined> };
  const sizes = Object.entries(PRESETS).map(([name, preset]) => [name, numberOf(name, values[name], preset)]);
  return {
    sizes: Object.fromEntries(sizes) as Sizes,
    workloads: values['workloads']?.split(',') ?? [],
    results: values['results'] ?? 'bench.json',
  };
}

function numberOf(name: string, text: string | undefined, preset: number): number {
  if (text === undefined) return preset;
  const number = Number(text);
  if (!(number > 0)) throw new TypeError(`--${name} is "${text}", but it takes a number above 0.`);
  return number;
}
