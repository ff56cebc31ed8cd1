import { PIECE_BYTES } from '@dasf-broker/log';
import { findUsersAbove } from '@dasf-broker/readmodel';
import type { Logger } from '@dasf-broker/telemetry';
import type { StoreParts } from '../worker/parts.ts';
import { pause } from '../worker/pause.ts';
import type { Announcer } from './announcer.ts';

/** The partition whose worker looks: what users have outstanding is counted over all of them. */
export const LOOKING_PARTITION = 0;
/** An announcement is one message. */
const MOST_USERS = 1000;
/** Of the database's time that looking takes at most: the more is outstanding, the more seldom it is looked. */
const SHARE = 0.02;

/**
 * Looks who has too much outstanding, and has edges told. It is read from the tables each time: so it is true whatever
 * wrote them, and costs nothing where messages are folded.
 */
export class OutstandingQuota {
  readonly #parts: StoreParts;
  readonly #announcer: Announcer;
  readonly #logger: Logger;

  constructor(parts: StoreParts, announcer: Announcer, logger: Logger) {
    this.#parts = parts;
    this.#announcer = announcer;
    this.#logger = logger;
  }

  /** Runs until the signal is aborted; fails never. */
  async run(signal: AbortSignal): Promise<void> {
    for (let rest = 0; ; ) {
      await pause(Math.max(this.#parts.times.quotaCheck, rest), signal);
      if (signal.aborted) break;
      const began = performance.now();
      await this.#look().catch((error: unknown) => {
        // Nobody is refused for what nobody knows.
        this.#announcer.tellAboveQuota([]);
        this.#logger.warn({ err: error }, 'who has too much outstanding is not known; trying again');
      });
      rest = (performance.now() - began) / SHARE;
    }
    // Whoever looks next tells.
    this.#parts.metrics.usersAboveQuota.set(0);
  }

  async #look(): Promise<void> {
    const { readModel, config, metrics } = this.#parts;
    const users = await findUsersAbove(readModel.database, {
      bytes: config.keeping.maxOutstandingBytesPerUser,
      pieceBytes: PIECE_BYTES,
      limit: MOST_USERS,
    });
    metrics.usersAboveQuota.set(users.length);
    this.#announcer.tellAboveQuota(users);
  }
}
