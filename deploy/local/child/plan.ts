import type { ChildProcess } from 'node:child_process';

/** What the supervisor must know of one child. */
export interface ChildPlan {
  readonly name: string;
  launch(): ChildProcess;
  /** What of a line of its output a user should see at once, if anything. */
  words(line: string): string | undefined;
  /** Settles once the child answers; its value is the address, where it has one. May be aborted. */
  untilReady(child: ChildProcess, signal: AbortSignal): Promise<string | undefined>;
  /** Asked with the first, then with ever less patience. */
  readonly stopSignals: readonly NodeJS.Signals[];
  /** How long each of them may take. */
  readonly patienceMs: number;
  /** How often it may die before it was ever ready; unlimited where what it waits for is not ours to start. */
  readonly maxFirstDeaths: number;
  /** An exit code that another start would only repeat. */
  readonly hopelessCodes?: readonly number[];
  /** Asked now and then while it runs; a child that is alive but no longer serves is started again. */
  isHealthy?(): Promise<boolean>;
  readonly healthCheckEveryMs?: number;
}

export interface ChildEvents {
  /** Called at once after each launch, so that nothing is ever started without being on record. */
  launched(name: string, pid: number): void;
  gone(name: string, pid: number): void;
  say(line: string): void;
}
