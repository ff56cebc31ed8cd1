import type { LocalStack } from '../../harness/index.ts';

export interface Status {
  readonly code: number;
  readonly availability: string;
}

/** Pings a topic, then asks for its status as a script does; redirections are followed. */
export async function pinged(broker: LocalStack, topic: string, token?: string): Promise<Status> {
  await askFor(`${broker.file.api}${topic}/ping/`, token);
  return statusOf(broker, topic, token);
}

export async function statusOf(broker: LocalStack, topic: string, token?: string): Promise<Status> {
  const response = await askFor(`${broker.file.api}${topic}/status/`, token);
  const { availability } = (await response.json()) as { availability: string };
  return { code: response.status, availability };
}

function askFor(url: string, token?: string): Promise<Response> {
  const headers = {
    accept: 'application/json',
    ...(token === undefined ? {} : { authorization: `Token ${token}` }),
  };
  return fetch(url, { headers, signal: AbortSignal.timeout(10_000) });
}
