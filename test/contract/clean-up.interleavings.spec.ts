import type { Slug } from '@dasf-broker/protocol';
import { TopicRegistry } from '@dasf-broker/registry';
import { eventually, natsClient } from '@dasf-broker/testing';
import { expect, it } from 'vitest';
import type { DasfSocket } from '../harness/index.ts';
import { withoutOwnBroker } from './given.ts';
import { useOwnBroker } from './scene.ts';

const CALLERS = 24;
const ACTING_MS = 12_000;
const IDLE_MS = 1000;
const STALENESS_MS = 700;
/** A consumer that has been there for so long is known to be. */
const SETTLED_MS = 500;

const elsewhere = withoutOwnBroker('interleaved clean-up', 'a store that is in a hurry');
const scene = useOwnBroker(
  { DASF_RESPONSE_TOPIC_IDLE: '1s' },
  { cleanUp: 100, registryStaleness: STALENESS_MS },
);
const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The same numbers for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A caller and the module that answers, on one response topic. */
class Caller {
  readonly answers: Slug;
  /** Ids of what was answered `ok` on the response topic, and of what came from there. */
  readonly promised = new Set<string>();
  readonly received = new Set<string>();
  readonly faults: string[] = [];
  listeningSince = Number.POSITIVE_INFINITY;
  readonly #topic: string;
  readonly #tokens: { readonly caller: string; readonly module: string };
  readonly #random: () => number;
  #consumer: DasfSocket | undefined;
  #open: string[] = [];
  #count = 0;

  constructor(topic: string, index: number, tokens: Caller['tokens'], random: () => number) {
    this.answers = `${topic}_${String(index).padStart(8, 'x')}` as Slug;
    this.#topic = topic;
    this.#tokens = tokens;
    this.#random = random;
  }

  get tokens(): { readonly caller: string; readonly module: string } {
    return this.#tokens;
  }

  /** Makes the topic idle again and again, and uses it when clean-up is about to remove it. */
  async act(until: number): Promise<void> {
    while (Date.now() < until) {
      await this.#useSomehow();
      if (this.#random() < 0.3) await later(IDLE_MS + this.#random() * 1000);
      while (this.#open.length > 0) await this.#answer(this.#random() < 0.2 ? 'progress' : 'response');
      await this.listen();
      await eventually(() => this.missing().length === 0).catch(() => this.faults.push('nothing came'));
      await this.hangUp();
      await later(IDLE_MS + this.#random() * (STALENESS_MS + 500));
    }
  }

  missing(): string[] {
    return [...this.promised].filter((id) => !this.received.has(id));
  }

  async #useSomehow(): Promise<void> {
    const choice = this.#random();
    if (choice < 0.4) await this.#ask();
    else if (choice < 0.7) await this.#stray();
    else await this.listen();
    if (this.#random() < 0.3) await this.#useSomehow();
  }

  async listen(): Promise<void> {
    if (this.#consumer) return;
    const consumer = await scene.connect(`${this.answers}/c`, { token: this.#tokens.caller });
    this.#consumer = consumer;
    this.listeningSince = Date.now();
    void this.#receive(consumer);
  }

  async hangUp(): Promise<void> {
    const consumer = this.#consumer;
    this.#consumer = undefined;
    this.listeningSince = Number.POSITIVE_INFINITY;
    if (consumer && !consumer.isOpen) this.faults.push('a consumer was closed');
    await consumer?.[Symbol.asyncDispose]();
  }

  async #receive(consumer: DasfSocket): Promise<void> {
    while (consumer.isOpen) {
      const frame = await consumer.nextMessage(500).catch(() => undefined);
      if (!frame) continue;
      this.received.add(frame.messageId);
      if (consumer.isOpen) consumer.acknowledge(frame);
    }
  }

  async #ask(): Promise<void> {
    const requestContext = `${this.#count++}`;
    const properties = { messageType: 'request', response_topic: this.answers, requestContext };
    const { result } = await this.#publish(this.#topic, this.#tokens.caller, properties);
    if (result === 'ok') this.#open.push(requestContext);
    else this.faults.push(`request ${requestContext}: ${result}`);
  }

  async #answer(messageType: string): Promise<void> {
    const requestContext = this.#open[0];
    if (requestContext === undefined) return;
    if (messageType === 'response') this.#open = this.#open.slice(1);
    const { result, messageId } = await this.#publish(this.answers, this.#tokens.module, {
      messageType,
      requestContext,
    });
    if (result === 'ok') this.promised.add(messageId);
    else this.faults.push(`${messageType} to ${requestContext}: ${result}`);
  }

  /** What answers no open request may be refused; what is not must arrive. */
  async #stray(): Promise<void> {
    const { result, messageId } = await this.#publish(this.answers, this.#tokens.module, {
      messageType: 'info',
    });
    if (result === 'ok') this.promised.add(messageId);
    else if (result !== 'send-error:6') this.faults.push(`stray: ${result}`);
  }

  async #publish(topic: string, token: string, properties: object) {
    await using producer = await scene.connect(topic, { token });
    return await producer.publish({ messageId: crypto.randomUUID(), properties });
  }
}

it.skipIf(elsewhere)(
  'GC-1, GC-2, GC-3: whoever comes when, nothing promised is lost and nobody loses his topic',
  async () => {
    const seed = Number(process.env['DASF_SEED'] ?? Date.now() % 1_000_000);
    const { topic, token: module } = await scene.madeTopic('module');
    await scene.administer('PATCH', `/${topic}`, { public: true });
    await using nc = await natsClient();
    await using registry = await TopicRegistry.open(nc, { namespace: scene.broker.namespace, replicas: 1 });
    const tokens = { caller: await scene.token('carol'), module };
    const callers = Array.from(
      { length: CALLERS },
      (_, index) => new Caller(topic, index, tokens, randomOf(seed + index)),
    );
    const bySlug = new Map(callers.map((caller) => [caller.answers, caller]));
    let removals = 0;
    registry.onChange(({ slug, topic: entry }) => {
      const caller = bySlug.get(slug);
      if (entry || !caller) return;
      removals += 1;
      if (Date.now() - caller.listeningSince > SETTLED_MS) caller.faults.push('removed under its consumer');
    });

    const until = Date.now() + ACTING_MS;
    await Promise.all(callers.map((caller) => caller.act(until)));
    await Promise.all(callers.map((caller) => caller.listen()));
    const missing = () => callers.flatMap((caller) => caller.missing());
    await eventually(() => missing().length === 0).catch(() => {});
    await Promise.all(callers.map((caller) => caller.hangUp()));

    const promised = callers.reduce((sum, caller) => sum + caller.promised.size, 0);
    const found = { seed, missing: missing(), faults: callers.flatMap(({ faults }) => faults) };
    expect(found).toEqual({ seed, missing: [], faults: [] });
    // It was about something.
    expect(removals).toBeGreaterThan(3);
    expect(promised).toBeGreaterThan(CALLERS);
  },
  60_000,
);
