import { idOf, RawSocket } from './raw-socket.ts';

export interface ProbeOptions {
  readonly edge: string;
  readonly topic: string;
  readonly token: string;
  /** Frames a second. */
  readonly rate: number;
}

/** Latencies in milliseconds, from the moment at which a frame was due. */
export interface Latencies {
  /** Until its answer `ok`. */
  readonly answered: number[];
  /** Until its consumer had it. */
  readonly delivered: number[];
}

const PATIENCE_MS = 30_000;

/**
 * Small frames at a steady rate from one producer to one consumer. Frames are due by the clock, whatever became
 * of earlier ones: a stall counts for all that were due in it.
 */
export class Probe implements AsyncDisposable {
  readonly topic: string;
  readonly #rate: number;
  readonly #producer: RawSocket;
  readonly #consumer: RawSocket;
  readonly #due: Map<string, number>;
  #taken: Latencies;

  private constructor(options: ProbeOptions, sockets: [RawSocket, RawSocket], due: Map<string, number>) {
    this.topic = options.topic;
    this.#rate = options.rate;
    [this.#producer, this.#consumer] = sockets;
    this.#due = due;
    this.#taken = { answered: [], delivered: [] };
  }

  static async open(options: ProbeOptions): Promise<Probe> {
    const { edge, topic, token } = options;
    const due = new Map<string, number>();
    let probe: Probe | undefined;
    const producer = await RawSocket.open(edge, topic, token, (data) => probe?.answered(data));
    const consumer = await RawSocket.open(edge, `${topic}/bench`, token, (data, socket) => {
      socket.acknowledge(data);
      probe?.delivered(data);
    });
    probe = new Probe(options, [producer, consumer], due);
    return probe;
  }

  /** Runs for so many seconds; resolves when the last frame is answered and delivered. */
  async run(seconds: number): Promise<Latencies> {
    const taken: Latencies = { answered: [], delivered: [] };
    this.#taken = taken;
    const count = Math.round(seconds * this.#rate);
    const began = performance.now();
    for (let index = 0; index < count; index += 1) {
      const due = began + (index * 1000) / this.#rate;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      this.#publish(due);
    }
    const deadline = performance.now() + PATIENCE_MS;
    while (taken.answered.length < count || taken.delivered.length < count) {
      if (performance.now() > deadline) throw new Error(`frames of ${this.topic} were lost`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.#due.clear();
    return taken;
  }

  answered(data: Buffer): void {
    if (!data.includes('"ok"')) throw new Error(`refused: ${data}`);
    this.#note(data, this.#taken.answered);
  }

  delivered(data: Buffer): void {
    this.#note(data, this.#taken.delivered);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#producer[Symbol.asyncDispose]();
    await this.#consumer[Symbol.asyncDispose]();
  }

  #publish(due: number): void {
    const messageId = crypto.randomUUID();
    this.#due.set(messageId, due);
    this.#producer.send(JSON.stringify({ messageId, payload: 'x'.repeat(200), properties: {} }));
  }

  #note(data: Buffer, latencies: number[]): void {
    const due = this.#due.get(idOf(data));
    // A question for the module's description has another id.
    if (due !== undefined) latencies.push(performance.now() - due);
  }
}
