import { setTimeout as pause } from 'node:timers/promises';
import type { Appender, LogStreams } from '@dasf-broker/log';
import { probeFrame } from '@dasf-broker/protocol';
import type { RegisteredTopic } from '@dasf-broker/registry';
import type { ApiMetrics } from '../observe/api-metrics.ts';
import type { Signs, TopicStatusReader } from './reader.ts';

export interface ProberPorts {
  readonly appender: Pick<Appender, 'append'>;
  readonly streams: Pick<LogStreams, 'end'>;
  readonly reader: TopicStatusReader;
  readonly metrics: Pick<ApiMetrics, 'pings'>;
  /** Milliseconds to wait for a pong. */
  readonly wait: number;
}

type PingResult = 'answered' | 'silent' | 'failed';

const LOOK_AGAIN_MS = 50;

/** Asks a topic's consumers for a sign of life, and waits for it (API-2). */
export class Prober {
  readonly #ports: ProberPorts;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(ports: ProberPorts) {
    this.#ports = ports;
  }

  /**
   * Resolves when a pong is in the read model, or when none came in time. Whoever asks while a ping of the topic
   * is under way waits for that one: anybody may ping a public topic, as often as he likes.
   *
   * @throws {AppendError} where the log cannot be reached
   */
  probe(topic: RegisteredTopic): Promise<void> {
    // Other modules take a ping on a response topic for the answer to their first call (AVL-7).
    if (topic.responseFor !== null || !topic.supportsDasf) return Promise.resolve();
    const known = this.#underWay.get(topic.uid);
    if (known) return known;
    const probe = this.#counted(topic).finally(() => this.#underWay.delete(topic.uid));
    this.#underWay.set(topic.uid, probe);
    return probe;
  }

  async #counted(topic: RegisteredTopic): Promise<void> {
    const { pings } = this.#ports.metrics;
    try {
      pings.inc({ result: await this.#probe(topic) });
    } catch (error) {
      pings.inc({ result: 'failed' });
      throw error;
    }
  }

  async #probe(topic: RegisteredTopic): Promise<PingResult> {
    const { appender, streams, wait } = this.#ports;
    const before = await this.#signs(topic);
    const { slug, uid, partition } = topic;
    const messageId = crypto.randomUUID();
    const frame = Buffer.from(probeFrame('ping', messageId, Date.now()));
    await appender.append(partition, { type: 'ping', topic: slug, uid, messageId, frame });
    const expires = performance.now() + wait;
    const { last } = await streams.end(partition);
    for (;;) {
      const seen = await this.#look(topic, last, before);
      if (seen !== 'silent' || performance.now() >= expires) return seen;
      await pause(LOOK_AGAIN_MS);
    }
  }

  /** Whether the ping itself and a pong that is newer than those before are folded; `failed`: nobody can tell. */
  async #look(
    { uid, partition }: RegisteredTopic,
    sequence: number,
    before: Signs | null,
  ): Promise<PingResult> {
    try {
      if ((await this.#ports.reader.foldedUpTo(partition)) < sequence) return 'silent';
      const signs = await this.#ports.reader.lastSigns(uid);
      return (signs?.lastPong?.getTime() ?? 0) > (before?.lastPong?.getTime() ?? 0) ? 'answered' : 'silent';
    } catch {
      // The status says that the read model is away.
      return 'failed';
    }
  }

  #signs({ uid }: RegisteredTopic): Promise<Signs | null> {
    return this.#ports.reader.lastSigns(uid).catch(() => null);
  }
}
