import { ProcessMemory } from '../process-memory.ts';
import type { Subject } from '../subjects/subject.ts';
import { cpuTimes } from './cpu.ts';

export interface Watched<T> {
  readonly result: T;
  /** Microseconds that each process took, until it had nothing left to do. */
  readonly cpu: Readonly<Record<string, number>>;
  /** Each process's peak, in MiB. */
  readonly peaks: Readonly<Record<string, { readonly peak: number; readonly growth: number }>>;
}

/** What each process of a broker takes for some work, from rest to rest. */
export async function watch<T>(
  subject: Pick<Subject, 'pids' | 'settled'>,
  work: () => Promise<T>,
): Promise<Watched<T>> {
  await subject.settled();
  const pids = subject.pids();
  const memory = new ProcessMemory(pids);
  memory.reset();
  const before = cpuTimes(pids);
  const result = await work();
  await subject.settled();
  const after = cpuTimes(pids);
  const cpu = Object.entries(after).map(([name, time]) => [name, time - (before[name] ?? 0)] as const);
  return { result, cpu: Object.fromEntries(cpu), peaks: memory.peaks() };
}

/** As values of a sample: microseconds of each process for one of so many messages. */
export function cpuPer(count: number, { cpu, peaks }: Watched<unknown>): Record<string, number> {
  const times = Object.entries(cpu).map(([name, time]) => [`cpu.${name}`, time / count] as const);
  const memory = Object.entries(peaks).map(([name, { peak }]) => [`peak.${name}`, peak] as const);
  return Object.fromEntries([...times, ...memory]);
}

/** As values of a sample: `{p50: 1}` of `answered` becomes `{'answered.p50': 1}`. */
export function named(name: string, values: object): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${name}.${key}`, value]));
}
