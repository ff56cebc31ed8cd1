import type { ConnectionHolder, OpenConnection } from '@dasf-broker/connections';
import type { Address } from '@dasf-broker/protocol';
import type { WebSocket } from 'ws';
import type { Client } from './client.ts';
import { endForNow } from './end-for-now.ts';
import type { Lease } from './lease.ts';

interface Entry {
  readonly socket: WebSocket;
  readonly client: Client;
  readonly address: Address;
  readonly since: string;
}

/** The open connections of this edge by their ids, as operators are told of them. */
export class ConnectionDirectory implements ConnectionHolder {
  readonly #lease: Pick<Lease, 'edge'>;
  readonly #entries = new Map<string, Entry>();

  constructor(lease: Pick<Lease, 'edge'>) {
    this.#lease = lease;
  }

  get edge(): string {
    return this.#lease.edge;
  }

  add(id: string, socket: WebSocket, client: Client, address: Address): void {
    this.#entries.set(id, { socket, client, address, since: new Date().toISOString() });
    socket.once('close', () => this.#entries.delete(id));
  }

  *all(): Generator<OpenConnection> {
    for (const [id, { socket, client, address, since }] of this.#entries) {
      yield {
        id,
        edge: this.edge,
        kind: address.kind,
        topic: 'topic' in address ? address.topic : null,
        subscription: 'subscription' in address ? address.subscription : null,
        user: client.user,
        address: client.address,
        serviceToken: client.serviceToken ?? null,
        since,
        unsentBytes: socket.bufferedAmount,
      };
    }
  }

  end(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry) endForNow(entry.socket, 'ended by an operator');
    return entry !== undefined;
  }
}
