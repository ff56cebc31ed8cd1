import { parseArgs } from 'node:util';

/** How much of everything; each is an option of the command of the same name. */
const PRESETS = {
  rounds: 4,
  /** Of each figure. */
  seconds: 6,
  /** Before the first round, so that code is compiled. */
  warmUp: 8,
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
  idleConsumers: 15_000,
  /** Seconds until memory is looked at. */
  settling: 5,
  outstanding: 100_000,
  consumers: 1000,
  fanOutInFlight: 4,
  largeMiB: 16,
  manyTopics: 10_000,
  stored: 1_000_000,
};

export type Sizes = Readonly<typeof PRESETS>;

export interface Arguments {
  readonly sizes: Sizes;
  /** By letter; all where none is named. */
  readonly workloads: readonly string[];
  /** Whether the broker is compared with others. */
  readonly peers: boolean;
  /** The file for the results. */
  readonly results: string;
}

/** @throws {TypeError} where an option is unknown or no number */
export function readArguments(args: readonly string[]): Arguments {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...(Object.fromEntries(Object.keys(PRESETS).map((name) => [name, text])) as Record<
        keyof Sizes,
        typeof text
      >),
      workloads: text,
      results: text,
      'no-peers': { type: 'boolean' },
    },
  });
  const sizes = Object.entries(PRESETS).map(([name, preset]) => {
    return [name, numberOf(name, values[name as keyof Sizes], preset)] as const;
  });
  return {
    sizes: Object.fromEntries(sizes) as Sizes,
    workloads: values.workloads?.split(',') ?? [],
    peers: !values['no-peers'],
    results: values.results ?? 'bench.json',
  };
}

function numberOf(name: string, text: string | undefined, preset: number): number {
  if (text === undefined) return preset;
  const number = Number(text);
  if (!(number > 0)) throw new TypeError(`--${name} is "${text}", but it takes a number above 0.`);
  return number;
}
