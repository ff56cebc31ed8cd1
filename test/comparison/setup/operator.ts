import { Program } from '../../setup/program.ts';
import { djangoFolder } from './tied.ts';

const ANSWER_WITHIN_MS = 90_000;

/** Somebody with access to the Django project: its users, its commands, its database. */
export class Operator implements AsyncDisposable {
  readonly #program: Program;
  #read = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(python: string, env: NodeJS.ProcessEnv) {
    // Ends where its input ends: with this process.
    this.#program = new Program(python, ['operate.py'], { cwd: djangoFolder, env, listens: true });
  }

  /** Runs one of the commands of `operate.py`; one after another. */
  run<T>(...command: readonly unknown[]): Promise<T> {
    const answer = this.#last.then(() => this.#ask(command));
    this.#last = answer.catch(() => {});
    return answer as Promise<T>;
  }

  async #ask(command: readonly unknown[]): Promise<unknown> {
    const program = this.#program;
    program.send(JSON.stringify(command));
    const end = () => program.stdout.indexOf('\n', this.#read);
    await program.until(() => end() >= 0, ANSWER_WITHIN_MS);
    if (end() < 0) throw new Error(`the operator has ended or does not answer:\n${program.stderr}`);
    const line = program.stdout.slice(this.#read, end());
    this.#read = end() + 1;
    const { done, failed } = JSON.parse(line);
    if (failed !== undefined) throw new Error(`${JSON.stringify(command)} failed:\n${failed}`);
    return done;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program.kill();
  }
}
