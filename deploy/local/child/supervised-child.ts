import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartFault, saysDiskFull } from '../start-fault.ts';
import { watchHealth } from './health.ts';
import { limitedVoice } from './limited-voice.ts';
import type { LogFile } from './log-file.ts';
import { Output } from './output.ts';
import type { ChildEvents, ChildPlan } from './plan.ts';
import { pauseAfter } from './restart-pauses.ts';

interface Ending {
  readonly how: string;
  readonly code: number | null;
  readonly lastWords: string;
  readonly ranForMs: number;
}

/** A child process that is started again whenever it dies, until it is told to stop. */
export class SupervisedChild {
  readonly name: string;
  readonly #plan: ChildPlan;
  readonly #events: ChildEvents;
  readonly #log: LogFile;
  readonly #tell: (line: string) => void;
  readonly #stopping = new AbortController();
  readonly #ready = Promise.withResolvers<string | undefined>();
  readonly #failed = Promise.withResolvers<never>();
  readonly #ended: Promise<void>;
  #child: ChildProcess | undefined;
  #wasReady = false;
  #deaths = 0;

  constructor(plan: ChildPlan, log: LogFile, events: ChildEvents) {
    this.name = plan.name;
    this.#plan = plan;
    this.#log = log;
    this.#events = events;
    this.#tell = limitedVoice((line) => events.say(`  ${plan.name}: ${line}`), log.path);
    this.#failed.promise.catch(() => {});
    this.#ready.promise.catch(() => {});
    this.#ended = this.#keepRunning().catch((error) => this.#failed.reject(error));
  }

  /** Settles when it was ready for the first time; rejects where it never will be. */
  get ready(): Promise<string | undefined> {
    return Promise.race([this.#ready.promise, this.failed]);
  }

  /** Never resolves; rejects when starting it again has no sense. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await endGently(this.#child, this.#plan);
    await this.#ended;
    this.#ready.reject(new Error(`${this.name} was stopped`));
  }

  /** Without asking. */
  kill(): void {
    this.#stopping.abort();
    this.#child?.kill('SIGKILL');
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#stopping;
    let pause: number | undefined;
    while (!signal.aborted) {
      const ending = await this.#runOnce();
      if (signal.aborted) return;
      this.#deaths += 1;
      const fault = this.#hopelessness(ending);
      if (fault) return this.#failed.reject(fault);
      pause = pauseAfter(pause, ending.ranForMs);
      this.#events.say(
        `${this.name} ${ending.how}; starting it again in ${pause / 1000} s (log: ${this.#log.path})`,
      );
      await sleep(pause, undefined, { signal }).catch(() => {});
    }
  }

  async #runOnce(): Promise<Ending> {
    const startedAt = performance.now();
    const child = this.#plan.launch();
    const exited = exitOf(child);
    this.#child = child;
    if (child.pid !== undefined) this.#events.launched(this.name, child.pid);
    const output = new Output(this.#log, (line) => this.#plan.words(line), this.#tell);
    output.read(child);
    const running = new AbortController();
    void this.#serve(child, running.signal);
    const { code, how } = await exited;
    running.abort();
    if (child.pid !== undefined) this.#events.gone(this.name, child.pid);
    return { how, code, lastWords: output.lastWords, ranForMs: performance.now() - startedAt };
  }

  async #serve(child: ChildProcess, signal: AbortSignal): Promise<void> {
    try {
      const address = await this.#plan.untilReady(child, signal);
      if (signal.aborted) return;
      if (this.#deaths > 0) this.#events.say(`${this.name} is ready again`);
      this.#wasReady = true;
      this.#ready.resolve(address);
      await watchHealth(this.#plan, signal);
    } catch (error) {
      if (signal.aborted) return; // it ended; that is told elsewhere
      this.#events.say(`${this.name} does not answer (${(error as Error).message}): ending it`);
      await endGently(child, this.#plan);
    }
  }

  #hopelessness({ code, how, lastWords }: Ending): StartFault | undefined {
    const words = lastWords === '' ? `see ${this.#log.path}` : lastWords;
    if (code !== null && this.#plan.hopelessCodes?.includes(code)) {
      return new StartFault(`${this.name} cannot run with these settings: ${words}`);
    }
    if (this.#wasReady) return undefined;
    if (saysDiskFull(lastWords)) return new StartFault(lastWords);
    if (this.#deaths < this.#plan.maxFirstDeaths) return undefined;
    return new StartFault(`${this.name} does not start (${how}): ${words}`);
  }
}

async function endGently(child: ChildProcess | undefined, plan: ChildPlan): Promise<void> {
  for (const signal of plan.stopSignals) {
    if (!child || hasEnded(child)) return;
    child.kill(signal);
    await Promise.race([once(child, 'exit'), sleep(plan.patienceMs, undefined, { ref: false })]);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

function exitOf(child: ChildProcess): Promise<{ code: number | null; how: string }> {
  return new Promise((resolve) => {
    child.once('error', (error) => {
      if (child.pid === undefined) resolve({ code: null, how: `could not be started (${error.message})` });
    });
    // Not `exit`: what it wrote last must have been read by then.
    child.once('close', (code, signal) => {
      resolve({ code, how: signal === null ? `ended with exit code ${code}` : `was ended by ${signal}` });
    });
  });
}
