import { Consumer } from './consumer.ts';
import type { DeliveredFrame } from './frames.ts';
import { decodePayload, encodePayload } from './payload.ts';
import { Producer } from './producer.ts';

/** A function that callers may call by name; what it returns must be JSON. */
export type ModuleFunction = (
  args: Readonly<Record<string, unknown>>,
  report: (message: string) => Promise<void>,
) => unknown;

export interface ModuleOptions {
  /** Where the websocket addresses begin. */
  readonly url: string;
  readonly topic: string;
  readonly token?: string;
  readonly functions: Readonly<Record<string, ModuleFunction>>;
}

/** How long a connection to a caller's response topic is kept for his next call, in milliseconds. */
const KEEP_PRODUCER_MS = 120_000;

/** A backend module: answers the requests on its topic with its functions. */
export class Module implements AsyncDisposable {
  readonly #options: ModuleOptions;
  readonly #consumer: Consumer;
  readonly #producers = new Map<string, { producer: Producer; idle: NodeJS.Timeout }>();
  readonly #connected = Promise.withResolvers<void>();

  constructor(options: ModuleOptions) {
    this.#options = options;
    this.#consumer = new Consumer({
      ...options,
      subscription: `module-${crypto.randomUUID()}`,
      onOpen: () => this.#connected.resolve(),
      onRefused: (reason) => this.#connected.reject(reason),
      onFrame: (frame, acknowledge) => {
        acknowledge();
        void this.#handle(frame);
      },
    });
  }

  /** Resolves at the first connection; rejects where the broker refuses it for good. */
  get connected(): Promise<void> {
    return this.#connected.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#consumer[Symbol.asyncDispose]();
    for (const responseTopic of [...this.#producers.keys()]) await this.#forget(responseTopic);
  }

  async #handle(frame: DeliveredFrame): Promise<void> {
    const { messageType, response_topic: responseTopic, requestContext } = frame.properties ?? {};
    if (!responseTopic || requestContext === undefined) return;
    const send = (type: string, payload: unknown, more: object = {}) =>
      this.#producer(responseTopic).publish({
        ...(payload === undefined ? { payload: '' } : { payload: encodePayload(payload) }),
        properties: {
          messageType: type,
          requestContext: String(requestContext),
          source_topic: this.#options.topic,
          ...more,
        },
      });
    if (messageType === 'ping') await send('pong', undefined);
    if (messageType === 'api_info') {
      await send('response', undefined, { api_info: JSON.stringify(this.#describe()) });
    }
    if (messageType !== 'request') return;
    try {
      const result = await this.#call(frame, (message) => send('progress', progressReport(message)));
      await send('response', result, { status: 'success' });
    } catch (error) {
      await send('response', error instanceof Error ? error.message : String(error), { status: 'error' });
    }
  }

  #call(frame: DeliveredFrame, report: (message: string) => Promise<void>): unknown {
    const { func_name: name, ...args } = decodePayload(frame.payload ?? '') as Record<string, unknown>;
    const { functions } = this.#options;
    if (typeof name !== 'string' || !Object.hasOwn(functions, name)) {
      throw new Error(
        `There is no function ${JSON.stringify(name)}; try ${Object.keys(functions).join(', ')}.`,
      );
    }
    return functions[name]?.(args, report);
  }

  #describe() {
    return { functions: Object.keys(this.#options.functions).map((name) => ({ name })) };
  }

  #producer(responseTopic: string): Producer {
    const known = this.#producers.get(responseTopic);
    clearTimeout(known?.idle);
    const producer = known?.producer ?? new Producer(responseTopic, this.#options);
    const idle = setTimeout(() => void this.#forget(responseTopic), KEEP_PRODUCER_MS).unref();
    this.#producers.set(responseTopic, { producer, idle });
    return producer;
  }

  async #forget(responseTopic: string): Promise<void> {
    const known = this.#producers.get(responseTopic);
    clearTimeout(known?.idle);
    this.#producers.delete(responseTopic);
    await known?.producer[Symbol.asyncDispose]();
  }
}

function progressReport(message: string) {
  return { report_type: 'BASE', report_id: crypto.randomUUID(), step_message: message, status: 'running' };
}
