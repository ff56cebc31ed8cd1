import type { Socket } from 'node:net';

/** What is used of the driver's pool. */
export interface Pool {
  on(event: 'connect', listener: (client: Client) => void): unknown;
}

interface Client {
  readonly connection: { readonly stream: Socket };
}

/**
 * Ends connections on which nothing moved for too long. The server bounds how long a statement may take, but
 * a server that is frozen, or one behind a network that swallows everything, bounds nothing: its connections
 * would be waited for until the system gives up, a quarter of an hour later. The pool makes new ones.
 */
export function giveUpSilent(pool: Pool, timeout: number): void {
  pool.on('connect', ({ connection: { stream } }) => {
    stream.setTimeout(timeout, () => stream.destroy());
  });
}
