import { Consumer } from './consumer.ts';
import type { DeliveredFrame } from './frames.ts';
import { decodePayload, encodePayload } from './payload.ts';
import { Producer } from './producer.ts';

/** Tells the caller how far a function is; never rejects. */
export type Report = (message: string) => Promise<void>;

/** A function that callers may call by name; what it returns must be JSON. */
export type ModuleFunction = (args: Readonly<Record<string, unknown>>, report: Report) => unknown;

export interface ModuleOptions {
  /** Where the websocket addresses begin. */
  readonly url: string;
  readonly topic: string;
  readonly token?: string;
  readonly functions: Readonly<Record<string, ModuleFunction>>;
  /** Told of an answer or report that the broker did not take, such as to a caller who is gone for good. */
  readonly onLostAnswer?: (reason: Error) => void;
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
    // Who is interested awaits `connected`.
    this.#connected.promise.catch(() => {});
    this.#consumer = new Consumer({
      ...options,
      subscription: `module-${crypto.randomUUID()}`,
      onOpen: () => this.#connected.resolve(),
      onRefused: (reason) => this.#connected.reject(reason),
      onFrame: (frame, acknowledge) => {
        acknowledge();
        this.#handle(frame).catch((reason: Error) => this.#lost(reason));
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
    const send = (type: string, payload: string, more: object = {}) =>
      this.#producer(responseTopic).publish({
        payload,
        properties: {
          messageType: type,
          requestContext: String(requestContext),
          source_topic: this.#options.topic,
          ...more,
        },
      });
    if (messageType === 'ping') await send('pong', '');
    if (messageType === 'api_info') {
      await send('response', '', { api_info: JSON.stringify(this.#describe()) });
    }
    if (messageType !== 'request') return;
    const report: Report = (message) =>
      send('progress', encodePayload(progressReport(message))).catch((reason: Error) => this.#lost(reason));
    const { payload, status } = await this.#outcome(frame, report);
    await send('response', payload, { status });
  }

  #lost(reason: Error): void {
    this.#options.onLostAnswer?.(reason);
  }

  async #outcome(frame: DeliveredFrame, report: Report): Promise<{ payload: string; status: string }> {
    try {
      const result = await this.#call(frame, report);
      return { payload: result === undefined ? '' : encodePayload(result), status: 'success' };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return { payload: encodePayload(message), status: 'error' };
    }
  }

  #call(frame: DeliveredFrame, report: Report): unknown {
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
