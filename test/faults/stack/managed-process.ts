import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type ChildPlan, identify, pollUntil } from '@dasf-broker/deploy';
import { type Fare, fareOf } from '../../harness/fare/fare.ts';

const RESTART_PAUSE_MS = 500;
const READY_WITHIN_MS = 90_000;
const END_WITHIN_MS = 40_000;

/**
 * One process of the stack. What a fault ends stays down until it is started again; what ends by itself is
 * started again as a supervisor would, and counted.
 */
export class ManagedProcess implements AsyncDisposable {
  readonly name: string;
  /** How often it ended without being told to. */
  crashes = 0;
  readonly #plan: ChildPlan;
  readonly #log: number;
  #child: ChildProcess | undefined;
  #wanted = false;
  /** Its stack is gone: a fault that goes on meanwhile starts nothing any more, which nobody would end. */
  #isDisposed = false;
  /** Whoever waits until it serves; it may end and be started again meanwhile. */
  #ready: PromiseWithResolvers<string | undefined> | undefined;

  constructor(name: string, plan: ChildPlan, logPath: string) {
    this.name = name;
    this.#plan = plan;
    this.#log = openSync(logPath, 'a');
  }

  get isRunning(): boolean {
    return this.#child !== undefined && !hasEnded(this.#child);
  }

  get pid(): number | undefined {
    return this.isRunning ? this.#child?.pid : undefined;
  }

  /** How it fares, where it was started so that it can be asked. */
  async fare(): Promise<Fare> {
    if (!this.#child) throw new Error(`${this.name} does not run`);
    return await fareOf(this.#child);
  }

  /** Resolves with its address when it serves. */
  async start(): Promise<string | undefined> {
    if (this.#isDisposed) throw new Error(`${this.name} belongs to a stack that is gone`);
    if (this.isRunning) throw new Error(`${this.name} runs already`);
    this.#wanted = true;
    const ready = Promise.withResolvers<string | undefined>();
    this.#ready = ready;
    this.#launch();
    const timer = setTimeout(
      () => ready.reject(new Error(`${this.name} did not serve within ${READY_WITHIN_MS / 1000} s`)),
      READY_WITHIN_MS,
    );
    return await ready.promise.finally(() => clearTimeout(timer));
  }

  /** Starts it without waiting until it serves: what it needs may not be there yet. Of a stack that is gone: nothing. */
  launch(): void {
    if (this.#isDisposed) return;
    this.#wanted = true;
    if (!this.isRunning) this.#launch();
  }

  /** Resolves when the process is gone; it stays down. */
  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#wanted = false;
    const child = this.#child;
    if (!child || hasEnded(child)) return;
    const exited = once(child, 'exit', { signal: AbortSignal.timeout(END_WITHIN_MS) });
    child.kill(signal);
    // A paused process takes no other signal.
    if (signal !== 'SIGKILL') child.kill('SIGCONT');
    await exited;
  }

  /** With its children, all at once; resolves when none of them is left. */
  async endFamily(): Promise<void> {
    this.#wanted = false;
    const family = this.#family();
    for (const pid of family) send(pid, 'SIGKILL');
    await pollUntil(async () => !family.some(isAlive), END_WITHIN_MS);
  }

  async restart(signal: NodeJS.Signals = 'SIGKILL'): Promise<string | undefined> {
    await this.end(signal);
    return await this.start();
  }

  /** With its children, which for PostgreSQL do the work. */
  pause(): void {
    for (const pid of this.#family()) send(pid, 'SIGSTOP');
  }

  resume(): void {
    for (const pid of this.#family()) send(pid, 'SIGCONT');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.resume();
    await this.end(this.#plan.stopSignals[0]).catch(() => this.end('SIGKILL'));
    closeSync(this.#log);
  }

  #launch(): void {
    const child = this.#plan.launch();
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (data: Buffer) => this.#write(data));
    }
    const ending = new AbortController();
    void this.#plan.untilReady(child, ending.signal).then(
      (address) => this.#ready?.resolve(address),
      () => {},
    );
    child.once('exit', (code, signal) => {
      ending.abort();
      this.#write(`--- ${this.name} (${child.pid}) ended: ${signal ?? `exit code ${code}`}\n`);
      if (this.#wanted && child === this.#child) this.#startAgain();
    });
  }

  #startAgain(): void {
    this.crashes += 1;
    setTimeout(() => {
      if (this.#wanted && !this.isRunning) this.#launch();
    }, RESTART_PAUSE_MS);
  }

  /** It and its children, which may be in groups of their own. */
  #family(): number[] {
    const { pid } = this;
    if (pid === undefined) return [];
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return [pid, ...children.split(' ').filter(Boolean).map(Number)];
  }

  #write(text: Buffer | string): void {
    try {
      writeSync(this.#log, typeof text === 'string' ? Buffer.from(text) : text);
    } catch {
      // Closed already: what a process says after its end is of no interest.
    }
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}

function isAlive(pid: number): boolean {
  return identify(pid) !== undefined;
}

function hasEnded({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}
