import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './metrics.ts';
import { type Finding, isReady, type Readiness } from './readiness.ts';

export interface InternalAddress {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

export interface InternalServer extends AsyncDisposable {
  /** `http://127.0.0.1:9090` */
  readonly address: string;
}

/** Nobody else is to reach this server; a scraper that hangs costs little all the same. */
const REQUEST_TIMEOUT_MS = 5000;
const MAX_CONNECTIONS = 100;
const TEXT = 'text/plain; charset=utf-8';

/**
 * What those ask who run a service: `/livez` (this process answers), `/readyz` (it can do its work; `?verbose` says
 * what of), `/metrics`. For a port of its own, which no client reaches.
 *
 * @throws what listening throws, such as `EADDRINUSE`
 */
export async function startInternalServer(
  { host, port }: InternalAddress,
  readiness: Readiness,
  metrics: Metrics,
): Promise<InternalServer> {
  metrics.collectProcess();
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    answer(request, response, readiness, metrics).catch(() => response.destroy());
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port, host);
  await once(server, 'listening');
  const { address, port: taken } = server.address() as AddressInfo;
  return {
    address: `http://${address.includes(':') ? `[${address}]` : address}:${taken}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function answer(
  { url = '/', method = '' }: IncomingMessage,
  response: ServerResponse,
  readiness: Readiness,
  metrics: Metrics,
): Promise<void> {
  if (method !== 'GET' && method !== 'HEAD') return say(response, 405, 'GET only\n');
  const [path, query = ''] = url.split('?', 2);
  switch (path) {
    case '/livez':
      return say(response, 200, 'ok\n');
    case '/readyz': {
      const findings = await readiness.findings();
      const ready = isReady(findings);
      const told = new URLSearchParams(query).has('verbose') ? listed(findings) : '';
      return say(response, ready ? 200 : 503, `${told}${ready ? 'ok' : 'not ready'}\n`);
    }
    case '/metrics':
      return say(response, 200, await metrics.text(), metrics.contentType);
    default:
      return say(response, 404, 'There are /livez, /readyz and /metrics.\n');
  }
}

function listed(findings: readonly Finding[]): string {
  return findings
    .map(({ name, fault }) => (fault ? `[-] ${name}: ${fault}\n` : `[+] ${name}: ok\n`))
    .join('');
}

function say(response: ServerResponse, status: number, text: string, type = TEXT): void {
  response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' });
  response.end(text);
}
