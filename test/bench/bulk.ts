import { RawSocket } from './raw-socket.ts';

export interface BulkOptions {
  readonly edge: string;
  readonly topic: string;
  readonly token: string;
  readonly frameBytes: number;
  readonly producers: number;
  readonly consumers: number;
}

/** What became of the frames of one round. */
export interface BulkCounts {
  readonly answered: number;
  readonly failed: number;
  /** By all consumers together. */
  readonly received: number;
}

const PATIENCE_MS = 60_000;

/** Large frames to one topic: each producer keeps one under way, each consumer gets them all. */
export class Bulk implements AsyncDisposable {
  readonly #options: BulkOptions;
  readonly #sockets = new AsyncDisposableStack();
  readonly #producers: RawSocket[] = [];
  readonly #waiting = new Map<RawSocket, (answer: string) => void>();
  #counts = { answered: 0, failed: 0, received: 0 };
  #running: Promise<void>[] = [];
  #stopped = false;

  private constructor(options: BulkOptions) {
    this.#options = options;
  }

  static async open(options: BulkOptions): Promise<Bulk> {
    const bulk = new Bulk(options);
    const { edge, topic, token, producers, consumers } = options;
    for (let index = 0; index < consumers; index += 1) {
      const path = `${topic}/bulk${index}`;
      bulk.#sockets.use(await RawSocket.open(edge, path, token, (...came) => bulk.#received(...came)));
    }
    for (let index = 0; index < producers; index += 1) {
      const answered = (data: Buffer, socket: RawSocket) => bulk.#waiting.get(socket)?.(data.toString());
      const producer = await RawSocket.open(edge, topic, token, answered);
      bulk.#producers.push(bulk.#sockets.use(producer));
    }
    return bulk;
  }

  start(): void {
    this.#counts = { answered: 0, failed: 0, received: 0 };
    this.#stopped = false;
    this.#running = this.#producers.map((producer) => this.#keepPublishing(producer));
  }

  /** Resolves when every frame has its answer and has come to every consumer. */
  async stop(): Promise<BulkCounts> {
    this.#stopped = true;
    await Promise.all(this.#running);
    await this.receivedAll(this.#counts.answered * this.#options.consumers, PATIENCE_MS);
    return this.#counts;
  }

  /** One frame of each producer, all at once; resolves with their answers. */
  once(): Promise<string[]> {
    return Promise.all(this.#producers.map((producer) => this.#publish(producer)));
  }

  /** Resolves when all consumers together have received so many large frames since the last start. */
  async receivedAll(count: number, patience: number): Promise<void> {
    const deadline = performance.now() + patience;
    while (this.#counts.received < count) {
      if (performance.now() > deadline) throw new Error(`${this.#counts.received} of ${count} frames came`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#sockets.disposeAsync();
  }

  async #keepPublishing(producer: RawSocket): Promise<void> {
    while (!this.#stopped) {
      if ((await this.#publish(producer)).includes('"ok"')) this.#counts.answered += 1;
      else this.#counts.failed += 1;
    }
  }

  #publish(producer: RawSocket): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#waiting.set(producer, resolve);
    const messageId = crypto.randomUUID();
    producer.send(`{"messageId":"${messageId}","payload":"${'x'.repeat(this.#options.frameBytes - 1000)}"}`);
    return promise;
  }

  #received(data: Buffer, socket: RawSocket): void {
    if (data.length > this.#options.frameBytes / 2) this.#counts.received += 1;
    socket.acknowledge(data);
  }
}
