import type { IncomingMessage } from 'node:http';
import { isIPv4, type Socket } from 'node:net';
import proxyAddress from '@fastify/proxy-addr';
import ipaddr from 'ipaddr.js';

/** Groups of an IPv6 address that one customer of a provider is given: all below it are his. */
const CUSTOMER_GROUPS = 4;

/** Who is on the other side, by address, where proxies that are believed say whom they speak for. */
export class ClientAddresses {
  readonly #isTrusted: (address: string, hop: number) => boolean;
  readonly #hasProxies: boolean;

  /** @param trustedProxies addresses and networks */
  constructor(trustedProxies: readonly string[]) {
    this.#isTrusted = proxyAddress.compile([...trustedProxies]);
    this.#hasProxies = trustedProxies.length > 0;
  }

  /** The client's address, or a name for all that one client can have. */
  of(request: IncomingMessage): string {
    const peer = request.socket.remoteAddress ?? '';
    // Many have no proxy: nothing is to be read then.
    if (!this.isProxy(peer)) return clientKey(peer);
    const claimed = proxyAddress(request, this.#isTrusted);
    return clientKey(ipaddr.isValid(claimed) ? claimed : peer);
  }

  /** What the client asked for: `Host`, or what a proxy that is believed says that it was. */
  hostOf({ socket, headers }: IncomingMessage): string | undefined {
    const forwarded = headers['x-forwarded-host'];
    if (forwarded === undefined || !this.isProxy(socket.remoteAddress ?? '')) return headers.host;
    // What stands before the last entry, the client may have written itself.
    return String(forwarded).split(',').at(-1)?.trim() || headers.host;
  }

  /** The client's address as its connection tells it; `undefined` for a proxy, which speaks for many. */
  peerOf({ remoteAddress = '' }: Socket): string | undefined {
    return this.isProxy(remoteAddress) ? undefined : clientKey(remoteAddress);
  }

  isProxy(address: string): boolean {
    return this.#hasProxies && ipaddr.isValid(address) && this.#isTrusted(address, 0);
  }
}

/** An IPv4 address as it is; of an IPv6 address the part that a client cannot choose. */
export function clientKey(address: string): string {
  if (isIPv4(address) || !ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  const groups = parsed.parts.slice(0, CUSTOMER_GROUPS).map((group) => group.toString(16));
  return `${groups.join(':')}::/64`;
}
