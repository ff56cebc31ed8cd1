import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TaskName, Tasks } from './tasks.ts';

type Answer<T> = { readonly done: T; readonly cpuMicroseconds: number } | { readonly failed: string };

/** A process that generates load; it ends with this one. */
export class Generator implements AsyncDisposable {
  #child = start();

  async run<T extends TaskName>(
    task: T,
    options: Parameters<Tasks[T]>[0],
  ): Promise<Awaited<ReturnType<Tasks[T]>>> {
    if (hasEnded(this.#child)) this.#child = start();
    using done = new DisposableStack();
    const settled = done.adopt(new AbortController(), (controller) => controller.abort());
    const { signal } = settled;
    const answered = once(this.#child, 'message', { signal });
    const ended = once(this.#child, 'exit', { signal }).then(() => [{ failed: 'the load generator ended' }]);
    ended.catch(() => {});
    this.#child.send({ task, options });
    const [answer] = (await Promise.race([answered, ended])) as [Answer<Awaited<ReturnType<Tasks[T]>>>];
    if ('done' in answer) return answer.done;
    // What it left open would disturb what comes next.
    await this[Symbol.asyncDispose]();
    throw new Error(`${task}: ${answer.failed}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (hasEnded(this.#child)) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}

function start(): ChildProcess {
  return fork(join(import.meta.dirname, 'process.ts'), { execArgv: [] });
}

function hasEnded({ connected, exitCode, signalCode }: ChildProcess): boolean {
  return !connected || exitCode !== null || signalCode !== null;
}
