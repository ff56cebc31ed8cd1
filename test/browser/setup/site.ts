import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web site with one page; scripts of a test run in it as if they were its own. */
export class Site implements AsyncDisposable {
  page = '<!doctype html><title>A page</title>';
  readonly #server: Server;
  readonly #host: string;

  private constructor(server: Server, host: string) {
    this.#server = server;
    this.#host = host;
  }

  /** @param host the name that browsers know it by; all are this machine */
  static async open(host = '127.0.0.1'): Promise<Site> {
    const server = createServer();
    const site = new Site(server, host);
    server.on('request', (_request, response) => {
      response.setHeader('content-type', 'text/html').end(site.page);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return site;
  }

  /** As browsers send it. */
  get origin(): string {
    return `http://${this.#host}:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await this.#server[Symbol.asyncDispose]();
  }
}
