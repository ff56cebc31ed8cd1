import { count, duration } from '../numbers.ts';

/** Where progress is shown, such as standard error. */
export interface ProgressTarget {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** What is counted, and what is done with it. */
export interface ProgressWords {
  readonly done: string;
  readonly things: string;
}

const FOLDED: ProgressWords = { done: 'folded', things: 'events' };
const LINE_EVERY_MS = 5000;
const REDRAW_EVERY_MS = 200;

/** Says how far a fold is: on one line that is drawn again and again at a terminal, else on a line now and then. */
export class ProgressLine {
  readonly #target: ProgressTarget;
  readonly #now: () => number;
  readonly #words: ProgressWords;
  readonly #begun: number;
  #total = 0;
  #done = 0;
  #shown: number;
  #drawn = false;

  constructor(target: ProgressTarget, now = () => performance.now(), words: ProgressWords = FOLDED) {
    this.#words = words;
    this.#target = target;
    this.#now = now;
    this.#begun = now();
    this.#shown = this.#begun;
  }

  get done(): number {
    return this.#done;
  }

  get seconds(): number {
    return (this.#now() - this.#begun) / 1000;
  }

  /** More is to be done. */
  expect(events: number): void {
    this.#total += events;
  }

  add(events: number): void {
    this.#done += events;
    const interval = this.#target.isTTY ? REDRAW_EVERY_MS : LINE_EVERY_MS;
    if (this.#now() - this.#shown >= interval) this.#show();
  }

  /** Leaves the line, so that something else can be said. */
  end(): void {
    if (this.#drawn) this.#target.write('\r\x1b[K');
    this.#drawn = false;
  }

  #show(): void {
    this.#shown = this.#now();
    const line = this.#line();
    this.#target.write(this.#target.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    this.#drawn = this.#target.isTTY === true;
  }

  #line(): string {
    const { done, things } = this.#words;
    const rate = this.#done / Math.max(this.seconds, 0.001);
    const percent = Math.floor((100 * this.#done) / Math.max(this.#total, 1));
    const left = (this.#total - this.#done) / Math.max(rate, 0.001);
    const counted = `${count(this.#done)} of ${count(this.#total)} ${things}`;
    return `${done} ${percent} % (${counted}), ${count(rate)} ${things}/s, ${duration(left)} left`;
  }
}
