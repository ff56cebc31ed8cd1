import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identify, type ProcessIdentity } from './process-identity.ts';

export interface RunningChild extends ProcessIdentity {
  readonly name: string;
}

export interface Run {
  readonly starter: ProcessIdentity;
  /** True once the starter is ending everything. */
  readonly stopping: boolean;
  readonly children: readonly RunningChild[];
}

/** Who runs on a data folder: what the next start needs to know after this one was killed. */
export class RunFile {
  readonly #path: string;
  #run: Run;
  #deleted = false;

  constructor(dataDir: string) {
    const starter = identify(process.pid);
    if (starter === undefined) throw new Error('this process is not in the process table');
    this.#path = pathIn(dataDir);
    this.#save({ starter, stopping: false, children: [] });
    this.#run = { starter, stopping: false, children: [] };
  }

  add(name: string, pid: number): void {
    const identity = identify(pid);
    if (identity) this.#save({ ...this.#run, children: [...this.#run.children, { name, ...identity }] });
  }

  remove(pid: number): void {
    this.#save({ ...this.#run, children: this.#run.children.filter((child) => child.pid !== pid) });
  }

  markStopping(): void {
    this.#save({ ...this.#run, stopping: true });
  }

  delete(): void {
    this.#deleted = true;
    rmSync(this.#path, { force: true });
  }

  #save(run: Run): void {
    if (this.#deleted) return;
    this.#run = run;
    // Renamed into place: whoever reads it sees the old or the new one, never a part.
    writeFileSync(`${this.#path}.new`, JSON.stringify(run, undefined, 2), { mode: 0o600 });
    renameSync(`${this.#path}.new`, this.#path);
  }
}

/** The last run on this data folder that did not end cleanly, or that goes on. */
export function readRun(dataDir: string): Run | undefined {
  try {
    return JSON.parse(readFileSync(pathIn(dataDir), 'utf8')) as Run;
  } catch {
    return undefined;
  }
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'run.json');
}
