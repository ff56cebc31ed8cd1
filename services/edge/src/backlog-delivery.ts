import type { BacklogPage, OutstandingMessage } from '@dasf-broker/backlog';
import type { HeldFrame } from './large-frames.ts';
import type { PacedSender } from './paced-sender.ts';

/** Reads what is outstanding, page by page. */
export interface BacklogReader {
  /**
   * Milliseconds that questions took which nobody answered. While NATS is away none is asked: then nothing
   * can come live, either.
   */
  readonly waited: number;
  /** The next page; `undefined` where no store answered, after a pause: ask again. */
  next(): Promise<BacklogPage | undefined>;
  /** A message's frame; `undefined` where somebody acknowledged it meanwhile, or it is no longer wanted. */
  frameOf(message: OutstandingMessage, isUnwanted: () => boolean): Promise<HeldFrame | undefined>;
}

export interface BacklogDeliveryOptions {
  readonly reader: BacklogReader;
  readonly sender: PacedSender;
  /** Whether what was just read may be sent; waits where the right has gone. */
  readonly mayBeSent: (isUnwanted: () => boolean) => Promise<boolean>;
  /** All has been sent: so many. */
  readonly sent: (count: number) => void;
}

/** Sends one consumer what was outstanding when it came. */
export class BacklogDelivery {
  readonly #options: BacklogDeliveryOptions;
  #count = 0;

  constructor(options: BacklogDeliveryOptions) {
    this.#options = options;
  }

  /** Goes on until all has been sent, or it is over; `false` where no store answered for too long. */
  async run(patience: number): Promise<boolean> {
    const { reader, sender, sent } = this.#options;
    let ahead: Promise<BacklogPage | undefined> | undefined;
    while (!sender.isOver) {
      const page = await (ahead ?? reader.next());
      ahead = undefined;
      if (page === undefined) {
        if (reader.waited >= patience) return false;
        continue;
      }
      // The store reads on while this is sent; not for a consumer that does not read.
      if (page.more && !sender.isOver && !sender.isFull) ahead = reader.next();
      await this.#sendPage(page);
      if (page.more) continue;
      if (!sender.isOver) sent(this.#count);
      return true;
    }
    return true;
  }

  async #sendPage({ messages }: BacklogPage): Promise<void> {
    const { reader, sender, mayBeSent } = this.#options;
    if (!(await mayBeSent(() => sender.isOver))) return;
    for (const message of messages) {
      if (
        await sender.sendOnceRead(message, message.sequence, (isUnwanted) =>
          reader.frameOf(message, isUnwanted),
        )
      )
        this.#count += 1;
      if (sender.isOver) break;
    }
  }
}
