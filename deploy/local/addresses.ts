import { isIPv6 } from 'node:net';
import type { StackSettings } from './settings.ts';

export interface Addresses {
  readonly edge: string;
  readonly api: string;
}

/** Where clients reach the stack; the routes are those that the services take from the same variables. */
export function addressesOf({ host, edgePort, apiPort, env }: StackSettings): Addresses {
  const reachable = inUrl(host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host);
  return {
    edge: `ws://${reachable}:${edgePort}/${route(env['DASF_WEBSOCKET_URL_ROUTE'], 'ws')}`,
    api: `http://${reachable}:${apiPort}/${route(env['DASF_API_ROUTE'], 'dasf-broker-django')}`,
  };
}

/** The colons of an IPv6 address would be taken for the one before the port. */
function inUrl(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

function route(value: string | undefined, preset: string): string {
  const trimmed = (value ?? preset).replace(/^\/+|\/+$/g, '');
  return trimmed === '' ? '' : `${trimmed}/`;
}

export function readyLine({ edge, api }: Addresses): string {
  return `DASF broker ready: ${edge} (producers and consumers), ${api} (status and administration). Try: npm run demo`;
}
