import { type Address, Refusal } from '@dasf-broker/protocol';
import type { Logger } from '@dasf-broker/telemetry';
import type { WebSocket } from 'ws';
import type { TakeFrame } from './answering-connection.ts';
import type { Client } from './client.ts';

/** The number of refusals for want of a right (PUB-7). */
const NOT_ALLOWED = 6;

/** The lines in the log that tell who came, for what, and how it ended (T32). */
export class ConnectionRecord {
  /** Names the connection in these lines, and to operators. */
  readonly id = crypto.randomUUID();
  readonly #logger: Logger;
  #hasRefused = false;

  constructor(logger: Logger, { user, address: from, serviceToken }: Client, address: Address) {
    this.#logger = logger.child({ connection: this.id, user, from, serviceToken, ...address });
  }

  open(socket: WebSocket): void {
    this.#logger.info('connected');
    socket.once('close', (code) => this.#logger.info({ code }, 'disconnected'));
  }

  /** Records the first frame that is not allowed; who sends one sends many. */
  refusalsOf(take: TakeFrame): TakeFrame {
    return async (frame, arrived) => {
      try {
        return await take(frame, arrived);
      } catch (error) {
        this.#refused(error);
        throw error;
      }
    };
  }

  #refused(error: unknown): void {
    if (this.#hasRefused || !(error instanceof Refusal) || error.number !== NOT_ALLOWED) return;
    this.#hasRefused = true;
    this.#logger.info({ code: error.code }, 'a frame is not allowed');
  }
}
