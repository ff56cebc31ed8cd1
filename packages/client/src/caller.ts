import { Consumer } from './consumer.ts';
import type { DeliveredFrame } from './frames.ts';
import { decodePayload, decodeText, encodePayload } from './payload.ts';
import { Producer } from './producer.ts';

export interface CallerOptions {
  /** Where the websocket addresses begin. */
  readonly url: string;
  /** The module's topic. */
  readonly topic: string;
  readonly token?: string;
}

export interface CallOptions {
  /** Told what the module reports on its way. */
  readonly onProgress?: (report: unknown) => void;
  /** Milliseconds; none by default: computations take their time. */
  readonly timeout?: number;
}

/** The module answered a call with an error. */
export class ModuleError extends Error {
  override readonly name = 'ModuleError';
}

interface Call {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((report: unknown) => void) | undefined;
  readonly fragments: string[];
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Calls functions of a backend module. */
export class Caller implements AsyncDisposable {
  readonly #producer: Producer;
  readonly #consumer: Consumer;
  readonly #responseTopic: string;
  readonly #calls = new Map<string, Call>();
  readonly #connected = Promise.withResolvers<void>();
  #nextContext = 1;

  constructor({ topic, ...options }: CallerOptions) {
    // Unguessable: whoever creates a response topic is the one who may read it.
    const letters = crypto.getRandomValues(new Uint8Array(8));
    this.#responseTopic = `${topic}_${Array.from(letters, (byte) => LETTERS[byte % LETTERS.length]).join('')}`;
    this.#producer = new Producer(topic, options);
    this.#consumer = new Consumer({
      ...options,
      topic: this.#responseTopic,
      subscription: `caller-${crypto.randomUUID()}`,
      onOpen: () => this.#connected.resolve(),
      onRefused: (reason) => this.#connected.reject(reason),
      onFrame: (frame, acknowledge) => {
        acknowledge();
        this.#receive(frame);
      },
    });
  }

  /**
   * Calls a function with named arguments and resolves with what it returned.
   *
   * @throws {ModuleError} where the function failed
   * @throws {PublishError} where the broker did not take the request
   */
  async call(
    functionName: string,
    args: Readonly<Record<string, unknown>> = {},
    options: CallOptions = {},
  ): Promise<unknown> {
    await this.#connected.promise;
    const context = this.#nextContext++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#calls.set(String(context), { resolve, reject, onProgress: options.onProgress, fragments: [] });
    const timer = options.timeout && setTimeout(() => reject(timedOut(functionName)), options.timeout);
    try {
      const published = this.#producer.publish({
        payload: encodePayload({ func_name: functionName, ...args }),
        properties: {
          messageType: 'request',
          requestContext: context,
          response_topic: this.#responseTopic,
        },
      });
      await Promise.race([promise, published]);
      return await promise;
    } finally {
      clearTimeout(timer || undefined);
      this.#calls.delete(String(context));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { reject } of this.#calls.values()) reject(new Error('The caller was closed.'));
    await Promise.all([this.#producer[Symbol.asyncDispose](), this.#consumer[Symbol.asyncDispose]()]);
  }

  #receive(frame: DeliveredFrame): void {
    const { messageType, requestContext, status } = frame.properties ?? {};
    const call = this.#calls.get(String(requestContext));
    if (!call) return;
    if (messageType === 'progress') call.onProgress?.(decodePayload(frame.payload ?? ''));
    if (messageType !== 'response') return;
    const payload = assemble(call.fragments, frame);
    if (payload === undefined) return;
    if (status === 'error') call.reject(new ModuleError(errorText(payload)));
    else call.resolve(payload === '' ? undefined : decodePayload(payload));
  }
}

/** The whole payload, once its last fragment is there (FRM-4). */
function assemble(fragments: string[], { payload = '', properties }: DeliveredFrame): string | undefined {
  const { fragment, num_fragments: count } = properties ?? {};
  if (count === undefined || fragment === undefined) return payload;
  fragments[fragment] = payload;
  return Object.keys(fragments).length === count ? fragments.join('') : undefined;
}

function errorText(payload: string): string {
  try {
    const error = decodePayload(payload);
    return typeof error === 'string' ? error : JSON.stringify(error);
  } catch {
    return decodeText(payload);
  }
}

function timedOut(functionName: string): Error {
  return new Error(`${functionName} did not answer in time; its answer, if it comes, is dropped.`);
}
