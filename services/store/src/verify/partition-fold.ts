import { readLog } from '@dasf-broker/log';
import type { ReadModel } from '@dasf-broker/readmodel';
import { CommandFault, reasonOf } from '../command-fault.ts';
import type { LogSession } from '../log-session.ts';
import { LogGap } from '../worker/log-fault.ts';
import { NewerEvent, untilNewer } from '../worker/newer-event.ts';
import { pause } from '../worker/pause.ts';
import { Progress } from '../worker/progress.ts';
import { Projector } from '../worker/projector.ts';
import { type AnyRecord, RecordQueue } from '../worker/record-queue.ts';
import { together } from '../worker/together.ts';
import { acquireLease, adoptEpoch } from '../write/cursor.ts';

/** Nobody else wants the partitions of a scratch schema. */
const LEASE_MS = 2 ** 30;
/** Longer than NATS or PostgreSQL need to start anew. */
const PATIENCE_MS = 60_000;

export interface FoldParts {
  /** Writes into the scratch schema. */
  readonly readModel: ReadModel;
  readonly log: LogSession;
  /** So many events more are folded. */
  readonly folded: (events: number) => void;
}

/** Folds one partition of the log into tables of a scratch schema, as a store folds it into its own. */
export class PartitionFold {
  readonly partition: number;
  readonly #parts: FoldParts;
  readonly #progress: Progress;
  readonly #projector: Projector;
  #newest = Number.NEGATIVE_INFINITY;
  #trouble: unknown;

  private constructor(parts: FoldParts, partition: number, epoch: string, lease: Lease) {
    this.partition = partition;
    this.#parts = parts;
    this.#progress = new Progress(lease.sequence);
    this.#projector = new Projector({
      readModel: parts.readModel,
      subjects: parts.log.streams.subjects,
      lease,
      epoch,
      leaseMs: LEASE_MS,
      progress: this.#progress,
      voice: {
        degraded: (error) => {
          this.#trouble = error;
        },
        dead: () => {},
      },
    });
  }

  /** Begins where the scratch schema says that the partition is folded to. */
  static async begin(parts: FoldParts, partition: number, epoch: string): Promise<PartitionFold> {
    const { database } = parts.readModel;
    const lease = await acquireLease(database, partition, 'dasf store verify', LEASE_MS);
    if (!lease) throw new Error('The scratch schema is not a new one.');
    if (lease.epoch === null) await adoptEpoch(database, lease, epoch);
    return new PartitionFold(parts, partition, epoch, lease);
  }

  get cursor(): number {
    return this.#progress.cursor;
  }

  /** When the newest of the events that were folded here was stored; -Infinity where none was. */
  get newest(): number {
    return this.#newest;
  }

  /** Folds up to a sequence that the log holds. @throws {CommandFault} where the log does not give it */
  async to(target: number, signal: AbortSignal): Promise<void> {
    if (this.cursor >= target || signal.aborted) return;
    const { log } = this.#parts;
    const arrived = new AbortController();
    const queue = new RecordQueue();
    try {
      await together(AbortSignal.any([signal, arrived.signal]), [
        (ending) =>
          queue.fill(untilNewer(readLog(log.nc, log.streams, this.partition, this.cursor + 1, ending))),
        (ending) => this.#drain(queue, target, ending).finally(() => arrived.abort()),
        (ending) => this.#watch(ending),
      ]);
    } catch (cause) {
      if (cause instanceof NewerEvent)
        throw new CommandFault(
          `Partition ${this.partition} holds events of a newer version: use the command of that version.`,
          { cause },
        );
      if (!(cause instanceof LogGap)) throw cause;
      const lost = `The log lost events of partition ${this.partition} while they were being read`;
      throw new CommandFault(
        `${lost}: it was truncated. Try again, with a newer backup (--from) where the log begins later now.`,
        { cause },
      );
    }
  }

  async #drain(queue: RecordQueue, target: number, signal: AbortSignal): Promise<void> {
    const end = () => queue.end();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    while (this.cursor < target && !signal.aborted) {
      const records = await queue.take();
      if (records.length === 0) return;
      await this.#apply(
        records.filter(({ sequence }) => sequence <= target),
        signal,
      );
    }
  }

  async #apply(records: readonly AnyRecord[], signal: AbortSignal): Promise<void> {
    const before = this.cursor;
    await this.#projector.apply(records, signal);
    for (const { time } of records) this.#newest = Math.max(this.#newest, time);
    this.#parts.folded(this.cursor - before);
  }

  /** What passes by itself is waited for, but not for ever. */
  async #watch(signal: AbortSignal): Promise<void> {
    for (;;) {
      const before = this.cursor;
      await pause(PATIENCE_MS, signal);
      if (signal.aborted) return;
      if (this.cursor > before) continue;
      const why = this.#trouble === undefined ? 'the log gives nothing' : reasonOf(this.#trouble);
      throw new CommandFault(
        `Partition ${this.partition} could not be folded beyond ${this.cursor} for a minute: ${why}.`,
      );
    }
  }
}

type Lease = NonNullable<Awaited<ReturnType<typeof acquireLease>>>;
