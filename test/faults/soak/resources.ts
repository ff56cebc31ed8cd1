import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentKiB } from '../../bench/process-memory.ts';
import type { Service } from '../stack/service.ts';
import { type Sample, type Slope, slopeOf } from './slope.ts';

interface Series {
  readonly pid: number;
  /** Bytes that data take after a collection. */
  readonly used: Sample[];
  /** What the kernel counts when nothing is held free, less what V8 takes for compiled code, in KiB. */
  readonly resident: Sample[];
  /** But for connections to the database. */
  readonly descriptors: Sample[];
  /** The most that there were at any look. */
  connections: number;
}

/** What a process is looked at by. */
export type Looked = Pick<Service, 'kind' | 'databaseLine'> & {
  readonly process: Pick<Service['process'], 'name' | 'pid' | 'fare'>;
};

/** What was measured of one process, or of the log. */
export interface Row {
  readonly name: string;
  readonly samples: number;
  /** To the database, the most at any look. */
  readonly connections?: number;
  readonly means: Readonly<Record<string, number>>;
  readonly slopes: Readonly<Record<string, Slope>>;
  /** What grows by more than chance explains. */
  readonly grows: readonly string[];
  /** What may grow or not: there was too little to be seen, or too much chance in it. */
  readonly unknown: readonly string[];
}

const HOUR_MS = 3_600_000;
const MEBIBYTE = 1024 ** 2;
const BYTES_IN_KIBIBYTE = 1024;
const KIBIBYTES_IN_MEBIBYTE = 1024;
/** What is measured before this part of the whole is over is of processes that are still warming up. */
const WARM_UP = 0.25;
const MOST_PER_HOUR = 0.01;
const ERRORS_APART = 2;
const LEAST_SAMPLES = 8;
const ATTEMPTS = 20;
const COUNTED_AGAIN_AFTER_MS = 20;
/** What the pools of a service hold: a store's 3 for each of 4 partitions, and 8 for questions. */
const MOST_CONNECTIONS = { edge: 0, store: 20, api: 10 };

/** Memory and file descriptors of processes that are never ended, and the lag, looked at while nothing else happens. */
export class Resources {
  readonly #series = new Map<string, Series>();
  readonly #lag: Sample[] = [];
  /** What is no matter of slopes, by process. */
  readonly #findings = new Map<string, Set<string>>();

  /**
   * Connections to the database are counted by themselves: pools make and end them as they are needed, up to their size.
   *
   * @param lag events that no store has folded yet
   */
  async look(services: readonly Looked[], lag: number): Promise<void> {
    const hours = performance.now() / HOUR_MS;
    this.#lag.push({ hours, value: lag });
    for (const { kind, process, databaseLine } of services) {
      const { memory, compiled } = await process.fare();
      const series = this.#seriesOf(process);
      series.used.push({ hours, value: memory });
      series.resident.push({ hours, value: residentKiB(series.pid) - compiled / BYTES_IN_KIBIBYTE });
      const connectionsNow = () => databaseLine?.connections ?? 0;
      const descriptors = await settled(() => descriptorsOf(series.pid) - connectionsNow());
      series.descriptors.push({ hours, value: descriptors });
      const connections = connectionsNow();
      series.connections = Math.max(series.connections, connections);
      if (connections > MOST_CONNECTIONS[kind]) this.#find(process.name, 'too many connections');
    }
  }

  /** No fault ends these: one that was started anew is a finding of its own. */
  #seriesOf({ name, pid = 0 }: Looked['process']): Series {
    const known = this.#series.get(name);
    if (known?.pid === pid) return known;
    if (known) this.#find(name, 'started anew');
    const series = { pid, used: [], resident: [], descriptors: [], connections: 0 };
    this.#series.set(name, series);
    return series;
  }

  #find(name: string, what: string): void {
    this.#findings.set(name, new Set(this.#findings.get(name)).add(what));
  }

  rows(): Row[] {
    const processes = [...this.#series].map(([name, { used, resident, descriptors, connections }]) => {
      const { grows, ...row } = rowOf(name, { used, resident, descriptors });
      return { ...row, connections, grows: [...(this.#findings.get(name) ?? []), ...grows] };
    });
    return [...processes, rowOf('log', { lag: this.#lag })];
  }
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** A count that is the same twice in a row: what is just being opened or closed counts at one end of it only. */
async function settled(count: () => number): Promise<number> {
  let now = count();
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = now;
    await sleep(COUNTED_AGAIN_AFTER_MS);
    now = count();
    if (now === before) break;
  }
  return now;
}

function rowOf(name: string, series: Readonly<Record<string, readonly Sample[]>>): Row {
  const warm = Object.entries(series).map(([what, samples]) => [what, warmed(samples)] as const);
  const means = Object.fromEntries(warm.map(([what, samples]) => [what, meanOf(samples)]));
  const slopes = Object.fromEntries(warm.map(([what, samples]) => [what, slopeOf(samples)]));
  const grows = Object.entries(slopes)
    .filter(([, { perHour, error }]) => perHour - ERRORS_APART * error > MOST_PER_HOUR)
    .map(([what]) => what);
  const samples = warm[0]?.[1].length ?? 0;
  const unknown = Object.entries(slopes)
    .filter(([what, { perHour, error }]) => {
      const isSure = samples >= LEAST_SAMPLES && Math.abs(perHour) + ERRORS_APART * error <= MOST_PER_HOUR;
      return !isSure && !grows.includes(what);
    })
    .map(([what]) => what);
  return { name, samples, means, slopes, grows, unknown };
}

function meanOf(samples: readonly Sample[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0) / Math.max(samples.length, 1);
}

function warmed(samples: readonly Sample[]): readonly Sample[] {
  const [first, last] = [samples[0]?.hours ?? 0, samples.at(-1)?.hours ?? 0];
  return samples.filter(({ hours }) => hours >= first + (last - first) * WARM_UP);
}

/** Lines of a table: what there was in the mean, its growth in an hour, and how far chance may have moved that. */
export function table(rows: readonly Row[]): string[] {
  return [
    '| what | looked at | memory of data | memory resident | descriptors | lag (events) | to the database, at most | grows | not known |',
    '| --- | --: | --: | --: | --: | --: | --: | --- | --- |',
    ...rows.map(({ name, samples, connections = '–', means, slopes, grows, unknown }) => {
      const cells = Object.entries(SHOWN).map(([what, show]) => {
        const [mean, slope] = [means[what], slopes[what]];
        if (mean === undefined || slope === undefined) return '–';
        return `${show(mean)}, ${percent(slope.perHour)} ± ${percent(slope.error)}`;
      });
      const verdicts = [grows, unknown].map((one) => one.join(', ') || 'nothing');
      return `| ${[name, samples, ...cells, connections, ...verdicts].join(' | ')} |`;
    }),
  ];
}

const SHOWN: Readonly<Record<string, (mean: number) => string>> = {
  used: (bytes) => `${(bytes / MEBIBYTE).toFixed(1)} MiB`,
  resident: (kibibytes) => `${(kibibytes / KIBIBYTES_IN_MEBIBYTE).toFixed(0)} MiB`,
  descriptors: (count) => count.toFixed(1),
  lag: (events) => events.toFixed(1),
};

function percent(part: number): string {
  return `${(part * 100).toFixed(2)} %`;
}
