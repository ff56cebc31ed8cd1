import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second, on every machine that Node runs on. */
const MICROSECONDS_PER_TICK = 10_000;

interface Stat {
  readonly parent: number;
  /** Its own, and that of children which have ended. */
  readonly ticks: number;
}

/** The time that processes took of the processors, each with all below it, in microseconds since they began. */
export function cpuTimes(pids: Readonly<Record<string, number>>): Record<string, number> {
  const stats = allStats();
  const children = Map.groupBy(stats.keys(), (pid) => stats.get(pid)?.parent ?? 0);
  const ticksBelow = (pid: number): number =>
    (stats.get(pid)?.ticks ?? 0) +
    (children.get(pid) ?? []).reduce((sum, child) => sum + ticksBelow(child), 0);
  return Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => [name, ticksBelow(pid) * MICROSECONDS_PER_TICK]),
  );
}

function allStats(): Map<number, Stat> {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.flatMap((pid): [number, Stat][] => {
    const stat = statOf(pid);
    return stat ? [[Number(pid), stat]] : [];
  });
  return new Map(found);
}

/** Undefined where it has just ended. */
function statOf(pid: string): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // A program's name may hold spaces and brackets.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const ticks = fields.slice(11, 15).reduce((sum, each) => sum + each, 0);
    return { parent, ticks };
  } catch {
    return undefined;
  }
}
