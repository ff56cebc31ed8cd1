import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../history/history.ts';
import type { TopicUnderTest } from '../history/records.ts';
import type { Random } from '../random.ts';
import type { FaultStack } from '../stack/stack.ts';
import { Consumer } from './consumer.ts';
import { type Frame, Producer } from './producer.ts';
import { CALLER, createTopic, tokenOf } from './scene.ts';

interface Options {
  readonly stack: FaultStack;
  readonly history: History;
  readonly random: Random;
  readonly prefix: string;
}

const MODULE = 'mona';
const PAUSE_MS = 120;

/** A caller and a module: each request that was answered `ok` gets the one right response. */
export class Calls {
  readonly topics: readonly TopicUnderTest[];
  readonly #answers = new Map<string, string[]>();
  readonly #open = new Set<string>();
  readonly #answered = new Set<string>();
  readonly #requests: Producer;
  readonly #responses: Producer;
  readonly #consumers: readonly Consumer[];
  #stopped = false;

  private constructor(options: Options, topics: [TopicUnderTest, TopicUnderTest], tokens: [string, string]) {
    const { stack, history, random, prefix } = options;
    const [requests, responses] = topics;
    this.topics = topics;
    const common = { edges: stack.target.edges, history };
    const producer = (name: string, user: string, topic: string, token: string) =>
      new Producer({ ...common, name, user, topic, token, random: random.branch(name) });
    this.#requests = producer(`${prefix}caller`, CALLER, requests.name, tokens[0]);
    this.#responses = producer(`${prefix}module`, MODULE, responses.name, tokens[1]);
    const consumer = (user: string, topic: string, token: string, onFrame: (frame: Frame) => void) =>
      new Consumer({
        ...{ ...common, name: `${user}-${topic}`, user, topic, token, temper: 'steady', onFrame },
        random: random.branch(user),
      });
    this.#consumers = [
      consumer(MODULE, requests.name, tokens[1], (frame) => this.#respond(frame)),
      consumer(CALLER, responses.name, tokens[0], (frame) => this.#receive(frame)),
    ];
    void this.#keepCalling(responses.name, random.branch('calls'));
  }

  static async start(options: Options): Promise<Calls> {
    const { stack, prefix } = options;
    const requests: TopicUnderTest = { name: `${prefix}m`, retention: 'cache', readers: [MODULE] };
    const responses: TopicUnderTest = {
      name: `${requests.name}_ABCDEFGH`,
      retention: 'cache',
      readers: [CALLER],
    };
    await createTopic(stack, requests, [MODULE]);
    return new Calls(
      options,
      [requests, responses],
      [await tokenOf(stack, CALLER), await tokenOf(stack, MODULE)],
    );
  }

  /** Accepted requests without their response, and frames without their answer. */
  get unanswered(): number {
    return this.#open.size + this.#requests.unanswered + this.#responses.unanswered;
  }

  /** What went wrong with calls. */
  get faults(): string[] {
    return [...this.#answers].flatMap(([context, payloads]) =>
      payloads.some((payload) => payload !== `answer ${context}`) ? [`call ${context}: ${payloads}`] : [],
    );
  }

  stop(): void {
    this.#stopped = true;
  }

  close(): void {
    this.#stopped = true;
    this.#requests.close();
    this.#responses.close();
    for (const consumer of this.#consumers) consumer.close();
  }

  async #keepCalling(responseTopic: string, random: Random): Promise<void> {
    for (let number = 1; !this.#stopped; number += 1) {
      const context = String(number);
      const properties = {
        messageType: 'request',
        requestContext: context,
        response_topic: responseTopic,
      };
      this.#open.add(context);
      const payload = `question ${context}`;
      const messageId = `${responseTopic}-call-${context}`;
      void this.#requests.publish({ messageId, payload, properties }).then((isOk) => {
        if (!isOk) this.#open.delete(context);
      });
      await sleep(PAUSE_MS * 2 * random.next());
    }
  }

  #respond({ messageId, properties }: Frame): void {
    const context = String(properties?.['requestContext']);
    // A request that comes again after a reconnect has its answer already.
    if (this.#answered.has(messageId)) return;
    this.#answered.add(messageId);
    void this.#responses.publish({
      messageId: `re-${messageId}`,
      payload: `answer ${context}`,
      properties: { messageType: 'response', requestContext: context, source_topic: this.topics[0]?.name },
    });
  }

  #receive({ payload, properties }: Frame): void {
    const context = String(properties?.['requestContext']);
    this.#answers.set(context, [...(this.#answers.get(context) ?? []), payload]);
    this.#open.delete(context);
  }
}
