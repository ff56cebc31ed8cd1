import type { Counter, Logger } from '@dasf-broker/telemetry';

/** What comes over NATS to an edge without having been asked for. */
export const UNREADABLE_KINDS = ['announcement', 'live event'] as const;

export type UnreadableKind = (typeof UNREADABLE_KINDS)[number];

const LOG_PAUSE_MS = 10_000;

/** Counts what came over NATS and could not be read, and names one of each kind in the log once in a while. */
export class UnreadableMessages {
  readonly #counter: Counter<'kind'>;
  readonly #logger: Pick<Logger, 'warn'>;
  readonly #now: () => number;
  readonly #quietUntil = new Map<UnreadableKind, number>();

  /** @param now milliseconds */
  constructor(
    counter: Counter<'kind'>,
    logger: Pick<Logger, 'warn'>,
    now: () => number = () => performance.now(),
  ) {
    this.#counter = counter;
    this.#logger = logger;
    this.#now = now;
    for (const kind of UNREADABLE_KINDS) counter.inc({ kind }, 0);
  }

  note(kind: UnreadableKind, err: unknown, where: Readonly<Record<string, string>> = {}): void {
    this.#counter.inc({ kind });
    const now = this.#now();
    if (now < (this.#quietUntil.get(kind) ?? 0)) return;
    this.#quietUntil.set(kind, now + LOG_PAUSE_MS);
    this.#logger.warn({ err, ...where }, `unreadable ${kind}`);
  }
}
