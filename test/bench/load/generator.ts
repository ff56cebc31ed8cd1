import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TaskName, Tasks } from './tasks.ts';

type Answer<T> = { readonly done: T; readonly cpuMicroseconds: number } | { readonly failed: string };

/** A process that generates load; it ends with this one. */
export class Generator implements AsyncDisposable {
  readonly #child: ChildProcess;

  constructor() {
    this.#child = fork(join(import.meta.dirname, 'process.ts'), { execArgv: [] });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async run<T extends TaskName>(
    task: T,
    options: Parameters<Tasks[T]>[0],
  ): Promise<Awaited<ReturnType<Tasks[T]>>> {
    using done = new DisposableStack();
    const settled = done.adopt(new AbortController(), (controller) => controller.abort());
    const { signal } = settled;
    const answered = once(this.#child, 'message', { signal });
    const ended = once(this.#child, 'exit', { signal }).then(() => [{ failed: 'the load generator ended' }]);
    ended.catch(() => {});
    this.#child.send({ task, options });
    const [answer] = (await Promise.race([answered, ended])) as [Answer<Awaited<ReturnType<Tasks[T]>>>];
    if ('failed' in answer) throw new Error(`${task}: ${answer.failed}`);
    return answer.done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
