import type { LogEvent } from '@dasf-broker/log';
import type { Slug } from '@dasf-broker/protocol';
import type { Logger } from '@dasf-broker/telemetry';
import { sql } from 'kysely';
import type { StoreParts } from '../worker/parts.ts';
import { pause } from '../worker/pause.ts';
import { changeOf } from './change-of.ts';

interface TopicRow {
  readonly uid: string;
  readonly slug: Slug;
  readonly revision: string;
}

/**
 * A change of the registry is an event, too. A service that dies between the two leaves the event out: this
 * appends it when the registry has been ahead of the database for some seconds.
 */
export class RegistryCheck implements Disposable {
  readonly #parts: StoreParts;
  readonly #partition: number;
  readonly #logger: Logger;
  /** Topics to look at, and since when: first all, then those that changed. */
  readonly #suspects = new Map<Slug, number>();
  readonly #unlisten: () => void;
  #complete = false;

  constructor(parts: StoreParts, partition: number, logger: Logger) {
    this.#parts = parts;
    this.#partition = partition;
    this.#logger = logger;
    this.#unlisten = parts.registry.onChange(({ slug }) => this.#suspect(slug));
  }

  /** Runs until the signal is aborted; fails never. */
  async run(halted: () => boolean, signal: AbortSignal): Promise<void> {
    for (;;) {
      await pause(this.#parts.times.registryGrace, signal);
      if (signal.aborted) return;
      if (halted()) continue;
      try {
        await this.#check();
      } catch (error) {
        this.#logger.warn({ err: error }, 'the registry could not be compared; trying again');
      }
    }
  }

  [Symbol.dispose](): void {
    this.#unlisten();
  }

  #suspect(slug: Slug): void {
    if (!this.#suspects.has(slug)) this.#suspects.set(slug, performance.now());
  }

  async #check(): Promise<void> {
    if (!this.#complete) await this.#suspectAll();
    const ripe = performance.now() - this.#parts.times.registryGrace;
    const due = [...this.#suspects].filter(([, since]) => since <= ripe).map(([slug]) => slug);
    if (due.length === 0) return;
    const rows = Map.groupBy(await this.#rows(due), (row) => row.slug);
    for (const slug of due) await this.#settle(slug, rows.get(slug) ?? []);
  }

  async #suspectAll(): Promise<void> {
    for (const topic of this.#parts.registry.topics()) this.#suspect(topic.slug);
    const { rows } = await sql<{ slug: Slug }>`
      select slug from topic where partition = ${this.#partition}`.execute(this.#parts.readModel.database);
    for (const { slug } of rows) this.#suspect(slug);
    this.#complete = true;
  }

  async #rows(slugs: readonly Slug[]): Promise<readonly TopicRow[]> {
    const { rows } = await sql<TopicRow>`
      select uid, slug, revision from topic
      where partition = ${this.#partition} and slug = any(${slugs}::text[])`.execute(
      this.#parts.readModel.database,
    );
    return rows;
  }

  /** A topic that is well is suspected no more; one that is not is looked at again after the missing event. */
  async #settle(slug: Slug, rows: readonly TopicRow[]): Promise<void> {
    const missing = await this.#missingEvents(slug, rows);
    for (const event of missing) {
      this.#logger.warn({ topic: slug, event: event.type }, 'appends what was left out of the log');
      await this.#parts.appender.append(this.#partition, event);
    }
    this.#suspects.delete(slug);
    if (missing.length > 0) this.#suspect(slug);
  }

  async #missingEvents(slug: Slug, rows: readonly TopicRow[]): Promise<readonly LogEvent[]> {
    const topic = this.#parts.registry.get(slug);
    const missing: LogEvent[] = [];
    for (const { uid } of rows) {
      if (uid !== topic?.uid && (await this.#isRemoved(slug, uid)))
        missing.push({ type: 'topic-deleted', topic: slug, uid });
    }
    if (topic?.partition === this.#partition) {
      const row = rows.find(({ uid }) => uid === topic.uid);
      if (!row || Number(row.revision) < topic.revision) missing.push(changeOf(topic));
    }
    return missing;
  }

  /** Asks the registry's leader; an empty registry is one that was lost, and removes nothing. */
  async #isRemoved(slug: Slug, uid: string): Promise<boolean> {
    if (this.#parts.registry.topics()[Symbol.iterator]().next().done) return false;
    return (await this.#parts.registry.lead(slug))?.uid !== uid;
  }
}
