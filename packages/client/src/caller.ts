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
  /** Why no answer can come any more. */
  #ended: Error | undefined;
  #nextContext = 1;

  constructor({ topic, ...options }: CallerOptions) {
    // Unguessable: whoever creates a response topic is the one who may read it.
    const letters = crypto.getRandomValues(new Uint8Array(8));
    this.#responseTopic = `${topic}_${Array.from(letters, (byte) => LETTERS[byte % LETTERS.length]).join('')}`;
    // Who calls is told; without a call there is nobody to tell.
    this.#connected.promise.catch(() => {});
    this.#producer = new Producer(topic, options);
    this.#consumer = new Consumer({
      ...options,
      topic: this.#responseTopic,
      subscription: `caller-${crypto.randomUUID()}`,
      onOpen: () => this.#connected.resolve(),
      onRefused: (reason) => this.#end(reason),
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
    if (this.#ended) throw this.#ended;
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
    this.#end(new Error('The caller was closed.'));
    await Promise.all([this.#producer[Symbol.asyncDispose](), this.#consumer[Symbol.asyncDispose]()]);
  }

  #end(reason: Error): void {
    this.#ended ??= reason;
    this.#connected.reject(reason);
    for (const { reject } of this.#calls.values()) reject(reason);
  }

  #receive(frame: DeliveredFrame): void {
    const { messageType, requestContext } = frame.properties ?? {};
    const call = this.#calls.get(String(requestContext));
    if (!call) return;
    if (messageType === 'progress') reportProgress(call, frame);
    if (messageType === 'response') settle(call, frame);
  }
}

/** A report that cannot be read is no reason to fail. */
function reportProgress({ onProgress }: Call, { payload = '' }: DeliveredFrame): void {
  let report: unknown;
  try {
    report = decodePayload(payload);
  } catch {
    return;
  }
  onProgress?.(report);
}

function settle(call: Call, frame: DeliveredFrame): void {
  const payload = assemble(call.fragments, frame);
  if (payload === undefined) return;
  if (frame.properties?.status === 'error') {
    call.reject(new ModuleError(errorText(payload)));
    return;
  }
  try {
    call.resolve(payload === '' ? undefined : decodePayload(payload));
  } catch (error) {
    call.reject(error as SyntaxError);
  }
}

/** The whole payload, once its last fragment is there (FRM-4). */
function assemble(fragments: string[], { payload = '', properties }: DeliveredFrame): string | undefined {
  const { fragment, num_fragments: count } = properties ?? {};
  if (count == null || fragment == null) return payload;
  // Some clients write numbers as text.
  fragments[Number(fragment)] = payload;
  return Object.keys(fragments).length === Number(count) ? fragments.join('') : undefined;
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
