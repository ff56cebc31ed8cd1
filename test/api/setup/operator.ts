import { eventually } from '@dasf-broker/testing';
import { expect } from 'vitest';
import { type Broker, DasfSocket, type Json } from '../../harness/index.ts';

export interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** What tests of operators' addresses do with a broker, as `olga`, who may administer. */
export function operatorOf(broker: Broker) {
  const fetchAs = async (
    user: string,
    permissions: readonly string[],
    path: string,
    method = 'GET',
    body?: object,
  ) => {
    const authorization = `Bearer ${await broker.token(user, permissions)}`;
    const json = { 'content-type': 'application/json' };
    return await fetch(new URL(`/api/v1/${path}`, broker.api), {
      method,
      headers: { authorization, ...(body ? json : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  };
  const askAs = async (
    ...[user, permissions, path, method, body]: Parameters<typeof fetchAs>
  ): Promise<Answer> => {
    const response = await fetchAs(user, permissions, path, method, body);
    const text = await response.text();
    return { status: response.status, body: text === '' ? null : JSON.parse(text) };
  };
  const ask = (path: string, method?: string, body?: object) =>
    askAs('olga', ['administer'], path, method, body);
  return {
    ask,
    askAs,
    fetch: (path: string) => fetchAs('olga', ['administer'], path),
    fetchAs,
    /** The list, when it has so many messages. */
    listed: (query: string, count: number): Promise<Json> =>
      eventually(async () => {
        const { body } = await ask(`messages?${query}`);
        return body.messages?.length === count ? body : undefined;
      }),
    /** Publishes to a topic, which this makes where it is not there; the user may then consume it. */
    publish: async (topic: string, user: string, ...frames: object[]): Promise<void> => {
      const token = await broker.token(user, ['add_brokertopic']);
      await using producer = await DasfSocket.connect(broker.edges[0], topic, { token });
      for (const frame of frames) {
        producer.send(frame);
        expect(await producer.next()).toMatchObject({ result: 'ok' });
      }
    },
  };
}
