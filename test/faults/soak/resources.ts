import { readdirSync, readFileSync } from 'node:fs';
import type { ManagedProcess } from '../stack/managed-process.ts';
import { type Sample, slopePerHour } from './slope.ts';

interface Series {
  readonly name: string;
  readonly memory: Sample[];
  readonly descriptors: Sample[];
}

/** A process that was started again begins anew; what lived shorter tells nothing. */
const LEAST_SAMPLES = 8;
const HOUR_MS = 3_600_000;

/** Memory and file descriptors of processes, looked at while nothing else happens. */
export class Resources {
  readonly #series = new Map<number, Series>();

  look(processes: readonly ManagedProcess[]): void {
    const hours = performance.now() / HOUR_MS;
    for (const { name, pid } of processes) {
      if (pid === undefined) continue;
      const series = this.#series.get(pid) ?? { name, memory: [], descriptors: [] };
      this.#series.set(pid, series);
      series.memory.push({ hours, value: residentMemory(pid) });
      series.descriptors.push({ hours, value: readdirSync(`/proc/${pid}/fd`).length });
    }
  }

  /** Rows of a table: growth in an hour of each process that lived long enough. */
  slopes(): string[] {
    return [...this.#series.values()]
      .filter(({ memory }) => memory.length >= LEAST_SAMPLES)
      .map(({ name, memory, descriptors }) => {
        const cells = [name, memory.length, percent(memory), percent(descriptors)];
        return `| ${cells.join(' | ')} |`;
      });
  }
}

/** In kB. */
function residentMemory(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}

function percent(samples: readonly Sample[]): string {
  return `${(slopePerHour(samples) * 100).toFixed(1)} %`;
}
