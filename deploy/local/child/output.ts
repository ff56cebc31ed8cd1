import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { LogFile } from './log-file.ts';

const KEPT_LINES = 20;

/** Everything that a child writes goes to its log; what a user should see at once is told too. */
export class Output {
  readonly #log: LogFile;
  readonly #words: (line: string) => string | undefined;
  readonly #tell: (line: string) => void;
  readonly #last: string[] = [];

  constructor(log: LogFile, words: (line: string) => string | undefined, tell: (line: string) => void) {
    this.#log = log;
    this.#words = words;
    this.#tell = tell;
  }

  read(child: ChildProcess): void {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#take(line));
    }
  }

  /** The last words of the child, for when it ended. */
  get lastWords(): string {
    return this.#last.join('\n');
  }

  #take(line: string): void {
    this.#log.write(line);
    const words = this.#words(line);
    if (words === undefined) return;
    this.#last.push(words);
    if (this.#last.length > KEPT_LINES) this.#last.shift();
    this.#tell(words);
  }
}
