import { readFileSync, writeFileSync } from 'node:fs';

const KIBIBYTES_IN_MEBIBYTE = 1024;

/** The resident memory of processes, as the kernel of a Linux machine counts it. */
export class ProcessMemory {
  readonly #pids: Readonly<Record<string, number>>;
  readonly #before = new Map<string, number>();

  /** @param pids by name */
  constructor(pids: Readonly<Record<string, number>>) {
    this.#pids = pids;
  }

  /** Peaks count from now on. */
  reset(): void {
    for (const [name, pid] of Object.entries(this.#pids)) {
      writeFileSync(`/proc/${pid}/clear_refs`, '5');
      this.#before.set(name, field(pid, 'VmRSS'));
    }
  }

  /** Each process's peak since the reset, and how much of that came since, in MiB. */
  peaks(): Record<string, { peak: number; growth: number }> {
    return Object.fromEntries(
      Object.entries(this.#pids).map(([name, pid]) => {
        const peak = field(pid, 'VmHWM');
        return [name, { peak, growth: peak - (this.#before.get(name) ?? 0) }];
      }),
    );
  }
}

/** What of a process is in memory now. */
export function residentKiB(pid: number): number {
  return kibibytes(pid, 'VmRSS');
}

function field(pid: number, name: string): number {
  return Math.round(kibibytes(pid, name) / KIBIBYTES_IN_MEBIBYTE);
}

function kibibytes(pid: number, name: string): number {
  const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1] ?? 0);
}
