import { type ConnectOptions, DasfSocket, UpgradeRefused } from '../harness/index.ts';
import type { ComparedBroker, User } from './brokers/broker.ts';

export function connect(
  broker: ComparedBroker,
  path: string,
  user: User,
  { headers, ...options }: ConnectOptions = {},
): Promise<DasfSocket> {
  return DasfSocket.connect(broker.websockets, path, { headers: { ...user.token, ...headers }, ...options });
}

/** What becomes of an attempt to connect. */
export async function connecting(...attempt: Parameters<typeof connect>): Promise<string> {
  try {
    await using socket = await connect(...attempt);
    return socket.protocol === '' ? 'accepted' : `accepted as \`${socket.protocol}\``;
  } catch (error) {
    return refusal(error);
  }
}

export function refusal(error: unknown): string {
  return error instanceof UpgradeRefused ? `refused with ${error.status}` : `${error}`;
}

/** An HTTP request below the route of status and ping; redirects are not followed. */
export function ask(
  broker: ComparedBroker,
  path: string,
  { httpHeaders }: User,
  init: RequestInit = {},
): Promise<Response> {
  const headers = { ...httpHeaders, ...(init.headers as Record<string, string> | undefined) };
  return fetch(new URL(path, broker.api), { redirect: 'manual', ...init, headers });
}

/** Status code, and where it leads or what it says; names that the comparison made are left out. */
export async function httpAnswer(...request: Parameters<typeof ask>): Promise<string> {
  const response = await ask(...request);
  const location = response.headers.get('location');
  const { pathname, search } = new URL(location ?? '', response.url);
  const says = location === null ? await response.text() : `to ${pathname}${search}`;
  return `${response.status} ${says}`.replaceAll(/t-[-0-9a-f]{13}/g, '…');
}
