import type { Logger } from '@dasf-broker/telemetry';
import { acquireLease, Fenced, type Lease, releaseLease } from '../write/cursor.ts';
import { NewerEvent } from './newer-event.ts';
import type { StoreParts } from './parts.ts';
import { Backoff, pause } from './pause.ts';
import type { Progress } from './progress.ts';
import { holdPartition, type TenureVoice } from './tenure.ts';

/** `standby`: another worker has the partition. `halted`: an operator must act. */
export interface PartitionHealth {
  readonly partition: number;
  readonly state: 'starting' | 'standby' | 'serving' | 'degraded' | 'halted';
  readonly reason?: string;
  /** The last sequence that this worker wrote or found written. */
  readonly cursor: number;
  /** This worker has the partition. */
  readonly leader: boolean;
}

const PARTS = ['work', 'lease'] as const;
type Part = (typeof PARTS)[number];

/** Cares for one partition: waits for its lease, holds it, and begins anew when it was lost. */
export class PartitionWorker {
  readonly #parts: StoreParts;
  readonly #partition: number;
  readonly #logger: Logger;
  /** Unique for ever: a lease of an earlier process is not this one's. */
  readonly #owner = crypto.randomUUID();
  readonly #ready = Promise.withResolvers<void>();
  #state: 'starting' | 'standby' | 'serving' = 'starting';
  /** What does not work; each part says itself when it does again. */
  readonly #troubles = new Map<Part, string>();
  /** Why it takes a newer store to go on. */
  #outdated: string | undefined;
  #progress: Progress | undefined;

  constructor(parts: StoreParts, partition: number) {
    this.#parts = parts;
    this.#partition = partition;
    this.#logger = parts.logger.child({ partition });
  }

  /** Resolves when the partition is cared for, by this worker or another one. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get health(): PartitionHealth {
    const halted = this.#progress ? this.#progress.halted : this.#outdated;
    const [trouble] = this.#troubles.values();
    const reason = halted ?? trouble;
    return {
      partition: this.#partition,
      state: halted ? 'halted' : trouble === undefined ? this.#state : 'degraded',
      ...(reason === undefined ? {} : { reason }),
      cursor: this.#progress?.cursor ?? 0,
      leader: this.#progress !== undefined,
    };
  }

  /** Runs until the signal is aborted; fails never. */
  async run(signal: AbortSignal): Promise<void> {
    const backoff = new Backoff();
    while (!signal.aborted) {
      try {
        await this.#attempt(signal);
        backoff.reset();
      } catch (error) {
        if (error instanceof NewerEvent) this.#standBack(error);
        else if (error instanceof Fenced) this.#logger.warn('lost the lease; what was in memory is dropped');
        else this.#degraded('work', error);
        await backoff.wait(signal);
      }
    }
  }

  async #attempt(signal: AbortSignal): Promise<void> {
    const { readModel, schema, times } = this.#parts;
    await schema.pass();
    const lease = await acquireLease(readModel.database, this.#partition, this.#owner, times.lease);
    for (const part of PARTS) this.#degraded(part, undefined);
    if (!lease) {
      this.#outdated = undefined;
      this.#state = 'standby';
      this.#ready.resolve();
      return await pause(times.standby, signal);
    }
    this.#logger.info({ ownerEpoch: lease.ownerEpoch, cursor: lease.sequence }, 'holds the lease');
    try {
      await holdPartition(
        {
          parts: this.#parts,
          lease,
          voice: this.#voice(),
          logger: this.#logger,
          serving: (progress) => this.#serve(progress),
        },
        signal,
      );
    } catch (error) {
      // A newer store that stands by goes on; this one asks again later, and goes on itself beyond that event.
      if (error instanceof NewerEvent) await this.#release(lease);
      throw error;
    } finally {
      this.#progress = undefined;
      this.#state = 'starting';
    }
    await this.#release(lease);
  }

  #serve(progress: Progress): void {
    this.#progress = progress;
    this.#state = 'serving';
    this.#ready.resolve();
  }

  #standBack({ message }: NewerEvent): void {
    if (this.#outdated !== message) this.#logger.error(message);
    this.#outdated = message;
  }

  async #release(lease: Lease): Promise<void> {
    await releaseLease(this.#parts.readModel.database, lease).catch((error: unknown) =>
      this.#logger.warn({ err: error }, 'the lease could not be given back; it ends by itself'),
    );
  }

  #voice(): TenureVoice {
    return {
      degraded: (error) => this.#degraded('work', error),
      unrenewed: (error) => this.#degraded('lease', error),
      dead: ({ sequence, event }, reason) => {
        this.#parts.metrics.deadEvents.inc({ partition: String(this.#partition) });
        this.#logger.error({ sequence, type: event?.type, reason }, 'an event cannot be folded; it is kept');
      },
    };
  }

  /** Says once that something does not work, and once that it does again. */
  #degraded(part: Part, error: unknown): void {
    if (error === undefined) {
      if (this.#troubles.delete(part) && this.#troubles.size === 0) this.#logger.info('works again');
      return;
    }
    const trouble = describe(error);
    if (this.#troubles.get(part) !== trouble) this.#logger.warn({ err: error }, 'trying again');
    this.#troubles.set(part, trouble);
  }
}

/** Node's errors of several refused addresses have a code only. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}
