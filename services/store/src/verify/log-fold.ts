import type { SnapshotCursor } from '../backup/manifest.ts';
import { CommandFault } from '../command-fault.ts';
import { together } from '../worker/together.ts';
import type { FoldedUntil } from './comparison.ts';
import { type FoldParts, PartitionFold } from './partition-fold.ts';
import type { ProgressLine } from './progress-line.ts';

/** Folds all partitions of the log into a scratch schema, side by side. */
export class LogFold {
  readonly #parts: FoldParts;
  readonly #progress: ProgressLine;
  readonly #folds = new Map<number, PartitionFold>();

  constructor(parts: FoldParts, progress: ProgressLine) {
    this.#parts = parts;
    this.#progress = progress;
  }

  /** Up to when each partition is folded, by the log's time. */
  get foldedUntil(): FoldedUntil {
    return new Map([...this.#folds].map(([partition, { newest }]) => [partition, newest]));
  }

  /** @throws {CommandFault} where the log does not give what lies between */
  async to(cursors: readonly SnapshotCursor[], signal: AbortSignal): Promise<void> {
    for (const { partition, epoch, sequence } of cursors) {
      const fold = this.#folds.get(partition) ?? (await PartitionFold.begin(this.#parts, partition, epoch));
      this.#folds.set(partition, fold);
      if (fold.cursor > sequence) {
        throw new CommandFault(
          `Partition ${partition} was set back from ${fold.cursor} to ${sequence} meanwhile: verify it again.`,
        );
      }
      this.#progress.expect(sequence - fold.cursor);
    }
    await together(
      signal,
      cursors.map(({ partition, sequence }) => async (ending) => {
        await this.#folds.get(partition)?.to(sequence, ending);
      }),
    );
    signal.throwIfAborted();
  }
}
