import type { LogEvent } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import { closing, type RegisteredTopic, RegistryError, reopened } from '@dasf-broker/registry';
import type { Logger } from '@dasf-broker/telemetry';
import type { StoreParts } from '../worker/parts.ts';
import { pause } from '../worker/pause.ts';
import type { Progress } from '../worker/progress.ts';
import { changeOf } from './change-of.ts';
import { findUnusedTopics } from './unused-topics.ts';

type UnusedTopic = Awaited<ReturnType<typeof findUnusedTopics>>[number];

/** Registry changes under way at a time. */
const CONCURRENCY = 64;

/**
 * Removes response topics that nobody uses (section 10), in two steps, so that nothing that was answered `ok`
 * goes with one:
 *
 * 1. The registry's entry is marked as closing. Whoever uses a topic that is closing takes the mark away first,
 *    which changes the entry's revision.
 * 2. When every edge knows of the mark, and all that was stored until then is folded, it is looked again. A topic
 *    that is still unused is removed, on condition that its revision is that of the mark.
 *
 * An edge that does not know of the mark stored its message before the second look, which sees it; one that
 * knows takes the mark away before it answers, and the removal fails. However long this worker may sleep in
 * between, or another one do the same, the condition holds.
 */
export class Collector {
  readonly #parts: StoreParts;
  readonly #partition: number;
  readonly #progress: Progress;
  readonly #logger: Logger;
  /** What is being removed on request must keep its mark. */
  readonly #onRequest = new Set<string>();

  constructor(parts: StoreParts, partition: number, progress: Progress, logger: Logger) {
    this.#parts = parts;
    this.#partition = partition;
    this.#progress = progress;
    this.#logger = logger;
  }

  async collect(signal: AbortSignal): Promise<void> {
    const unused = await this.#unused(this.#parts.config.keeping.responseTopicIdle);
    const uids = new Set([...unused.map(({ uid }) => uid), ...this.#onRequest]);
    // Marks that an earlier round, or a worker that is gone, left behind.
    const spared = this.#marked().filter(({ uid }) => !uids.has(uid));
    await inTurns(spared, (topic) => this.#spare(topic));
    await this.#removeInTwoSteps(unused, this.#parts.config.keeping.responseTopicIdle, signal);
  }

  /**
   * The same at once for what is unused now, however short the time: of one response topic, or of all that are for
   * answers to a topic.
   *
   * @returns how many there are, and when they are removed, as far as nobody uses them meanwhile
   */
  async collectNow(uid: string, signal: AbortSignal): Promise<{ found: number; done: Promise<void> }> {
    const unused = await this.#unused(0, { of: uid });
    for (const topic of unused) this.#onRequest.add(topic.uid);
    const done = this.#removeInTwoSteps(unused, 0, signal).finally(() => {
      for (const topic of unused) this.#onRequest.delete(topic.uid);
    });
    return { found: unused.length, done };
  }

  async #removeInTwoSteps(unused: readonly UnusedTopic[], idle: number, signal: AbortSignal): Promise<void> {
    if (unused.length === 0) return;
    const marked = await inTurns(unused, ({ uid, slug }) => this.#mark(uid, slug as Slug));
    await pause(this.#parts.times.registryStaleness, signal);
    if (signal.aborted) return;
    await this.#removeUnused(
      marked.filter((topic) => topic !== undefined),
      idle,
    );
  }

  async #removeUnused(marked: readonly RegisteredTopic[], idle: number): Promise<void> {
    const among = marked.map(({ uid }) => uid);
    const unused = new Set((await this.#unused(idle, { among })).map(({ uid }) => uid));
    const removed = await inTurns(marked, (topic) =>
      unused.has(topic.uid) ? this.#remove(topic) : this.#spare(topic),
    );
    const count = removed.filter(Boolean).length;
    if (count > 0) this.#logger.info({ topics: count }, 'removed response topics that nobody uses');
  }

  /** As of now: all that the log holds is folded first. */
  async #unused(
    idle: number,
    { among, of }: { among?: readonly string[]; of?: string } = {},
  ): Promise<readonly UnusedTopic[]> {
    const { streams, readModel, times, config } = this.#parts;
    const { responseRetention, requestRetention } = config.keeping;
    const { last, now } = await streams.extent(this.#partition);
    await this.#progress.reach(last, times.answer);
    const usage = {
      partition: this.#partition,
      retention: responseRetention,
      usedSince: now - idle,
      askedSince: now - requestRetention,
      of,
    };
    return await findUnusedTopics(readModel.database, usage, among);
  }

  #marked(): RegisteredTopic[] {
    return [...this.#parts.registry.topics()].filter(
      (topic) => topic.closing && topic.partition === this.#partition,
    );
  }

  /** @returns the topic with its mark; nothing where it is gone or somebody is changing it */
  async #mark(uid: string, slug: Slug): Promise<RegisteredTopic | undefined> {
    const { registry } = this.#parts;
    const topic = await registry
      .update(slug, (entry) => (entry.uid === uid ? closing(entry) : entry))
      .catch(passed);
    return topic?.uid === uid && topic.closing ? topic : undefined;
  }

  async #spare({ slug, uid }: RegisteredTopic): Promise<false> {
    const { registry } = this.#parts;
    const topic = await registry
      .update(slug, (entry) => (entry.uid === uid ? reopened(entry) : entry))
      .catch(passed);
    if (topic?.uid === uid) await this.#append(changeOf(topic));
    return false;
  }

  async #remove(topic: RegisteredTopic): Promise<boolean> {
    const removed = await this.#parts.registry.removeUnchanged(topic);
    // A registry that could not be reached may have removed it: the registry check sees to the event then.
    if (removed) await this.#append({ type: 'topic-deleted', topic: topic.slug, uid: topic.uid });
    return removed;
  }

  #append(event: LogEvent): Promise<void> {
    return this.#parts.appender.append(this.#partition, event);
  }
}

/** Does one after the other, some at a time; what came of each. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += CONCURRENCY) {
    done.push(...(await Promise.all(items.slice(at, at + CONCURRENCY).map(work))));
  }
  return done;
}

/** A topic that is gone, or that others are changing, is none of this chore's. */
function passed(error: unknown): undefined {
  if (error instanceof RegistryError && error.code !== 'REGISTRY_UNREACHABLE') return undefined;
  throw error;
}
