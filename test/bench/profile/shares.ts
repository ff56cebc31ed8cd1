import type { Profiler } from 'node:inspector';

/** What a process did, and its share of the time in which it did anything. */
export interface Share {
  readonly what: string;
  readonly share: number;
}

/** No work: V8 has samples of these names where nothing runs. */
const NOT_WORK = new Set(['(idle)', '(root)']);
/** Functions of Node in C++ that have no place of their own, by what they are there for. */
const NATIVE: Readonly<Record<string, string>> = {
  '(garbage collector)': 'memory given back (garbage collection)',
  '(program)': 'Node itself (C++)',
  writeBuffer: 'bytes handed to the system',
  writev: 'bytes handed to the system',
  writeUtf8String: 'bytes handed to the system',
  writeLatin1String: 'bytes handed to the system',
};
const PACKAGE = /node_modules\/(?:\.pnpm\/[^/]+\/node_modules\/)?((?:@[^/]+\/)?[^/]+)\//g;

/** Where the time of a process went, functions by themselves without what they call; the largest first. */
export function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): readonly Share[] {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  let busy = 0;
  samples.forEach((id, index) => {
    const what = names.get(id);
    if (what === undefined) return;
    const time = timeDeltas[index] ?? 0;
    busy += time;
    times.set(what, (times.get(what) ?? 0) + time);
  });
  return [...times]
    .map(([what, time]) => ({ what, share: time / busy }))
    .toSorted((a, b) => b.share - a.share);
}

/** `undefined` where nothing was done. */
function nameOf({ functionName, url }: Profiler.Profile['nodes'][number]['callFrame']): string | undefined {
  if (NOT_WORK.has(functionName)) return undefined;
  const name = functionName || '(anonymous)';
  if (url === '') return NATIVE[functionName] ?? `${name}, native`;
  const file = url.split('/').at(-1) ?? '';
  const from = [...url.matchAll(PACKAGE)].at(-1)?.[1] ?? (url.startsWith('node:') ? 'Node' : 'ours');
  return `${name}, ${file} (${from})`;
}
