import { join } from 'node:path';
import { LogFile } from './child/log-file.ts';
import type { ChildEvents, ChildPlan } from './child/plan.ts';
import { SupervisedChild } from './child/supervised-child.ts';
import type { RunFile } from './run-file.ts';

/** All children of one start: what they write, what is on record of them, and what ends them. */
export class Family {
  readonly events: ChildEvents;
  /** Told of the children that run, whenever one was started or started again. */
  onLaunch: ((pids: Record<string, number>) => void) | undefined;
  readonly #logDir: string;
  readonly #closing: AsyncDisposableStack;
  readonly #children: SupervisedChild[] = [];
  readonly #failed = Promise.withResolvers<never>();

  /** `closing` ends the children in the reverse order of their start. */
  constructor(logDir: string, run: RunFile, closing: AsyncDisposableStack, say: (line: string) => void) {
    this.#logDir = logDir;
    this.#closing = closing;
    this.#failed.promise.catch(() => {});
    // A full disk must not end children that run; it is told where it matters.
    const recorded = (write: () => void) => {
      try {
        write();
      } catch (error) {
        say(`The record of what runs could not be written: ${(error as Error).message}`);
      }
    };
    this.events = {
      launched: (name, pid) =>
        recorded(() => {
          run.add(name, pid);
          this.onLaunch?.(this.pids);
        }),
      gone: (_name, pid) => recorded(() => run.remove(pid)),
      say,
    };
  }

  /** Rejects when one of the children can never run. */
  get failed(): Promise<never> {
    return this.#failed.promise;
  }

  get pids(): Record<string, number> {
    return Object.fromEntries(
      this.#children.flatMap(({ name, pid }) => (pid === undefined ? [] : [[name, pid]])),
    );
  }

  start(plan: ChildPlan): SupervisedChild {
    if (this.#closing.disposed) throw new Error(`${plan.name} is not started: everything is ending`);
    const child = new SupervisedChild(plan, this.openLog(plan.name), this.events);
    child.failed.catch((error) => this.#failed.reject(error));
    this.#children.push(child);
    this.#closing.defer(() => child.stop());
    return child;
  }

  openLog(name: string): LogFile {
    return this.#closing.use(new LogFile(join(this.#logDir, `${name}.log`)));
  }

  killAll(): void {
    for (const child of this.#children) child.kill();
  }
}
