import { setTimeout as sleep } from 'node:timers/promises';
import type { History } from '../history/history.ts';
import type { TopicUnderTest } from '../history/records.ts';
import type { Random } from '../random.ts';
import type { FaultStack } from '../stack/stack.ts';
import { Calls } from './calls.ts';
import { Consumer, type Temper } from './consumer.ts';
import { Producer } from './producer.ts';
import { changeRight, createTopic, PRODUCER, REVOCABLE, STRANGER, tokenOf } from './scene.ts';

export interface WorkloadOptions {
  readonly stack: FaultStack;
  readonly history: History;
  readonly random: Random;
  /** Begins the topics' names: several workloads may share a stack. */
  readonly prefix: string;
  /** Frames a second of each producer. */
  readonly rate: number;
}

const PRODUCERS_PER_TOPIC = 2;
const LARGE_EVERY = 60;
const LARGE_BYTES: readonly [number, number] = [200_000, 2_500_000];

/** Several topics, each with producers, consumers of every temper, calls, and somebody who may not. */
export class Workload {
  readonly topics: readonly TopicUnderTest[];
  readonly calls: Calls;
  readonly #options: WorkloadOptions;
  readonly #producers: Producer[] = [];
  readonly #consumers: Consumer[] = [];
  readonly #running: Promise<void>[] = [];
  #stopped = false;

  private constructor(options: WorkloadOptions, topics: readonly TopicUnderTest[], calls: Calls) {
    this.#options = options;
    this.topics = topics;
    this.calls = calls;
  }

  static async start(options: WorkloadOptions): Promise<Workload> {
    const { stack, prefix } = options;
    const topics: TopicUnderTest[] = [
      { name: `${prefix}a`, retention: 'cache', readers: ['anna', 'abel'] },
      { name: `${prefix}b`, retention: 'cacheall', readers: ['bea', 'bob'] },
      { name: `${prefix}c`, retention: 'store', readers: ['cleo'] },
      { name: `${prefix}d`, retention: 'cache', readers: ['dora'] },
    ];
    for (const topic of topics) await createTopic(stack, topic, [...topic.readers, ...revocableOn(topic)]);
    const calls = await Calls.start(options);
    const workload = new Workload(options, [...topics, ...calls.topics], calls);
    for (const topic of topics) await workload.#populate(topic);
    workload.#running.push(workload.#changeRights(`${prefix}a`));
    return workload;
  }

  get unanswered(): number {
    return this.#producers.reduce((sum, { unanswered }) => sum + unanswered, this.calls.unanswered);
  }

  /** No new frames; consumers behave from now on. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.calls.stop();
    for (const consumer of this.#consumers) consumer.calm();
    await Promise.all(this.#running);
  }

  /** So many more consumers of a topic, each a subscription of its own. */
  async addConsumers(topic: TopicUnderTest, temper: Temper, count: number): Promise<void> {
    const [user = ''] = topic.readers;
    for (let number = 1; number <= count; number += 1)
      await this.#consume(topic, user, temper, `${temper}-${number}`);
  }

  /** Publishes so many frames of this size as fast as they are answered. */
  async burst(topic: TopicUnderTest, count: number, bytes: number): Promise<void> {
    const name = `burst-${topic.name}`;
    const producer = await this.#producer(topic, name);
    const payload = 'x'.repeat(bytes);
    const frames = Array.from({ length: count }, (_, index) => ({
      messageId: `${name}-${index}`,
      payload: `${index}:${payload}`,
      properties: {},
    }));
    await Promise.all(frames.map((frame) => producer.publish(frame)));
  }

  close(): void {
    for (const producer of this.#producers) producer.close();
    for (const consumer of this.#consumers) consumer.close();
    this.calls.close();
  }

  /** A consumer for each reader that comes when all is over; what nobody acknowledged must come to it. */
  async openFinal(): Promise<void> {
    for (const topic of this.topics) {
      for (const user of topic.readers) await this.#consume(topic, user, 'steady', 'final');
    }
  }

  async #populate(topic: TopicUnderTest): Promise<void> {
    const { random } = this.#options;
    const tempers: Temper[] = ['steady', 'flapping', 'slow', 'hesitant'];
    for (const user of topic.readers) {
      for (const temper of random.shuffled(tempers).slice(0, 2)) await this.#consume(topic, user, temper);
    }
    for (const user of [...revocableOn(topic), STRANGER]) await this.#consume(topic, user, 'steady');
    for (let index = 0; index < PRODUCERS_PER_TOPIC; index += 1) {
      const name = `producer-${topic.name}-${index}`;
      const producer = await this.#producer(topic, name);
      this.#running.push(this.#keepPublishing(producer, name));
    }
  }

  async #producer(topic: TopicUnderTest, name: string): Promise<Producer> {
    const { stack, history, random } = this.#options;
    const token = await tokenOf(stack, PRODUCER);
    const edges = stack.target.edges;
    const producer = new Producer({
      ...{ name, user: PRODUCER, topic: topic.name, token, edges, history },
      random: random.branch(name),
    });
    this.#producers.push(producer);
    return producer;
  }

  async #consume(
    topic: TopicUnderTest,
    user: string,
    temper: Temper,
    kind = temper as string,
  ): Promise<void> {
    const { stack, history, random } = this.#options;
    const name = `${user}-${kind}-${topic.name}`;
    const token = await tokenOf(stack, user);
    const edges = stack.target.edges;
    this.#consumers.push(
      new Consumer({
        ...{ name, user, topic: topic.name, token, edges, history, temper },
        random: random.branch(name),
        final: kind === 'final',
      }),
    );
  }

  async #keepPublishing(producer: Producer, name: string): Promise<void> {
    const random = this.#options.random.branch(`${name}/frames`);
    for (let number = 1; !this.#stopped; number += 1) {
      const length = number % LARGE_EVERY === 0 ? random.between(...LARGE_BYTES) : random.between(10, 1500);
      const payload = `${number}:`.padEnd(length, 'abcdefghijklmnop');
      void producer.publish({ messageId: `${name}-${number}`, payload, properties: {} });
      await sleep((2 * random.next() * 1000) / this.#options.rate);
      // A client that gets no answers does not queue without end.
      while (producer.unanswered > 300 && !this.#stopped) await sleep(50);
    }
  }

  async #changeRights(topic: string): Promise<void> {
    const { stack, history, random } = this.#options;
    let granted = true;
    while (!this.#stopped) {
      await sleep(random.between(1500, 4000));
      granted = !granted;
      await changeRight(stack, history, topic, granted);
    }
  }
}

function revocableOn({ name }: TopicUnderTest): readonly string[] {
  return name.endsWith('a') ? [REVOCABLE] : [];
}
