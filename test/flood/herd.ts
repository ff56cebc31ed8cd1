import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { upgradeRequest } from '@dasf-broker/testing';

export interface HerdOptions {
  /** Where the websocket addresses begin. */
  readonly edge: string;
  readonly clients: number;
  /** Of the loopback network, from which they come. */
  readonly addresses: number;
  /** Of users who may make topics; clients take turns with them. */
  readonly tokens: readonly string[];
}

/** How a herd came in. */
export interface HerdCounts {
  /** Milliseconds from the beginning until each was in, the first one first. */
  readonly inAfter: number[];
  /** Answered 503. */
  refused: number;
  /** Ended without an answer. */
  ended: number;
}

/** After so long it is not for their number that they are not in. */
const PATIENCE_MS = 120_000;
/** What DASF's Python clients wait before they connect again, at least and at most. */
const [LEAST_MS, MOST_MS] = [5000, 10_000];

/** Consumers that all connect at once, as when another edge has gone, and again until they are in. */
export class Herd {
  readonly #options: HerdOptions;
  readonly #sockets: Socket[] = [];
  readonly #counts: HerdCounts = { inAfter: [], refused: 0, ended: 0 };

  constructor(options: HerdOptions) {
    this.#options = options;
  }

  /**
   * Resolves when all are in.
   *
   * @throws where one is refused for good, or is not in after two minutes
   */
  async comeIn(): Promise<HerdCounts> {
    const began = performance.now();
    const clients = Array.from({ length: this.#options.clients }, async (_, client) => {
      while (!(await this.#connect(client))) {
        if (performance.now() - began > PATIENCE_MS)
          throw new Error(`not all are in after ${PATIENCE_MS} ms`);
        await sleep(LEAST_MS + Math.random() * (MOST_MS - LEAST_MS));
      }
      this.#counts.inAfter.push(performance.now() - began);
    });
    await Promise.all(clients);
    return this.#counts;
  }

  leave(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Whether it is in. */
  #connect(client: number): Promise<boolean> {
    const { edge, addresses, tokens } = this.#options;
    const { hostname, port } = new URL(edge);
    const user = client % tokens.length;
    const request = upgradeRequest(`${edge}herd-${user}/client-${client}`, [
      `Authorization: Bearer ${tokens[user]}`,
    ]);
    const localAddress = `127.0.0.${2 + (client % addresses)}`;
    const socket = connect({ host: hostname, port: Number(port), localAddress, noDelay: true });
    socket.on('error', () => {});
    socket.once('connect', () => socket.write(request));
    return new Promise((resolve, reject) => {
      let answered = false;
      socket.once('data', (head) => {
        answered = true;
        const [, status] = head.toString('latin1').split(' ');
        if (status === '101') this.#sockets.push(socket);
        else if (status === '503') this.#counts.refused += 1;
        else reject(new Error(`an upgrade was answered ${status}`));
        resolve(status === '101');
      });
      socket.once('close', () => {
        if (!answered) this.#counts.ended += 1;
        resolve(false);
      });
    });
  }
}
