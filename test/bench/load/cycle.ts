import { Latencies, type LatencySummary } from './latencies.ts';
import { atRate, type Pace } from './pace.ts';
import { until } from './until.ts';
import { type Publishing, type WireAddress, wireTo } from './wires/wire.ts';

export interface CycleOptions {
  readonly wire: WireAddress;
  /** One producer and one consumer each. */
  readonly topics: readonly string[];
  readonly payloadBytes: number;
  readonly pace: Pace;
  readonly seconds: number;
}

export interface CycleResult {
  /** All, also those that ended after the time was over. */
  readonly messages: number;
  /** Published, answered, delivered and acknowledged within the time. */
  readonly perSecond: number;
  readonly answered: LatencySummary;
  readonly delivered: LatencySummary;
}

const PATIENCE_MS = 120_000;

/** Messages are published, delivered and acknowledged, on all topics at once. */
export async function cycle(options: CycleOptions): Promise<CycleResult> {
  await using cycles = await Cycles.open(options);
  return await cycles.run();
}

class Cycles implements AsyncDisposable {
  readonly #options: CycleOptions;
  readonly #sockets = new AsyncDisposableStack();
  readonly #producers: Publishing[] = [];
  readonly #answered = new Latencies();
  readonly #delivered = new Latencies();
  readonly #filling: string;
  /** By message: when it was due, and of which producer it is. */
  readonly #due: number[] = [];
  readonly #by: number[] = [];
  /** By message: how many of answer and delivery have come. */
  readonly #came: number[] = [];
  #complete = 0;
  #completeInTime = 0;
  #ends = Number.POSITIVE_INFINITY;

  private constructor(options: CycleOptions) {
    this.#options = options;
    this.#filling = 'x'.repeat(options.payloadBytes);
  }

  static async open(options: CycleOptions): Promise<Cycles> {
    const cycles = new Cycles(options);
    const wire = wireTo(options.wire);
    for (const topic of options.topics) {
      const producer = await wire.producer(topic, (number) => {
        cycles.#answered.record(cycles.#due[number] ?? 0);
        cycles.#comes(number);
      });
      cycles.#producers.push(cycles.#sockets.use(producer));
      const consumer = await wire.consumer(topic, ({ payload, acknowledge }) => {
        acknowledge();
        const number = numberIn(payload);
        if (number === undefined) return;
        cycles.#delivered.record(cycles.#due[number] ?? 0);
        cycles.#comes(number);
      });
      cycles.#sockets.use(consumer);
    }
    return cycles;
  }

  async run(): Promise<CycleResult> {
    const { pace, seconds } = this.#options;
    const began = performance.now();
    this.#ends = began + seconds * 1000;
    if ('rate' in pace) {
      await atRate(pace.rate, seconds, (due) =>
        this.#publish(this.#due.length % this.#producers.length, due),
      );
    } else {
      const all = this.#producers.flatMap((_, index) => Array<number>(pace.inFlight).fill(index));
      for (const index of all) this.#publish(index, performance.now());
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
    const missing = () => `${this.#complete} of ${this.#due.length} messages came`;
    await until(() => this.#complete === this.#due.length, PATIENCE_MS, missing);
    return {
      messages: this.#due.length,
      perSecond: this.#completeInTime / seconds,
      answered: this.#answered.summary(),
      delivered: this.#delivered.summary(),
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sockets.disposeAsync();
  }

  #publish(producer: number, due: number): void {
    const number = this.#due.push(due) - 1;
    this.#by.push(producer);
    this.#came.push(0);
    const payload = `${number};`;
    this.#producers[producer]?.publish(number, payload + this.#filling.slice(payload.length));
  }

  #comes(number: number): void {
    const came = (this.#came[number] ?? 0) + 1;
    this.#came[number] = came;
    if (came !== 2) return;
    this.#complete += 1;
    if (performance.now() > this.#ends) return;
    this.#completeInTime += 1;
    if ('inFlight' in this.#options.pace) this.#publish(this.#by[number] ?? 0, performance.now());
  }
}

/** The number with which a payload of a load generator begins; others (pings) have none. */
export function numberIn(payload: string): number | undefined {
  const end = payload.indexOf(';');
  return end > 0 ? Number(payload.slice(0, end)) : undefined;
}
