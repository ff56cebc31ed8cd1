import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An API that keeps what it is asked and answers what it is told to. */
export async function fakeApi(status: number, answer: unknown) {
  const asked: {
    method: string | undefined;
    url: string | undefined;
    token: string | undefined;
    body: unknown;
  }[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const { method, url, headers } = request;
    asked.push({
      method,
      url,
      token: headers.authorization,
      body: text === '' ? undefined : JSON.parse(text),
    });
    response.writeHead(status).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    asked,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dasf-broker-django/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
