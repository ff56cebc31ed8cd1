import type { Identity } from '@dasf-broker/access';
import { ANONYMOUS } from '@dasf-broker/protocol';

/** Who is on the other side of a connection. */
export interface Client extends Identity {
  /** Its address, or that of the network that it can choose one from. */
  readonly address: string;
}

/** Whose share of the edge it uses: users without a token are told apart by their address. */
export function shareOf({ user, address }: Client): string {
  return user === ANONYMOUS ? `${user} ${address}` : user;
}
