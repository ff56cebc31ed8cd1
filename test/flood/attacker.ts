import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { AttackCounts, AttackOptions } from './attack.ts';

const SCRIPT = fileURLToPath(new URL('attack-process.ts', import.meta.url));

/**
 * An attack by a process of its own, from now until it is stopped. Attackers have machines of their own: here they get
 * what the broker and its clients leave them of the processors.
 */
export class Attacker implements AsyncDisposable {
  readonly #process: ChildProcess;

  constructor(options: AttackOptions) {
    this.#process = fork(SCRIPT, [JSON.stringify(options)]);
    setPriority(this.pid, constants.priority.PRIORITY_LOW);
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  async stop(): Promise<AttackCounts> {
    const exited = once(this.#process, 'exit');
    this.#process.send('stop');
    const [counts] = (await once(this.#process, 'message')) as [AttackCounts];
    await exited;
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    this.#process.kill('SIGKILL');
    await once(this.#process, 'exit');
  }
}
