import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Site } from './site.ts';

/** What became of a websocket that a page opened and published one frame on. */
export type Outcome =
  | { readonly opened: true; readonly protocol: string; readonly result: string }
  | { readonly opened: false; readonly code: number };

/** Somebody who has a page open, with cookies of his own. */
export class Visitor implements AsyncDisposable {
  readonly #context: BrowserContext;
  readonly #page: Page;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.#page = page;
  }

  static async of(browser: Browser, site: Site): Promise<Visitor> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(site.origin);
    return new Visitor(context, page);
  }

  async goTo(site: Site): Promise<void> {
    await this.#page.goto(site.origin);
  }

  /** The page sets its cookie, as the portal that signed its user in does. */
  async setCookie(cookie: string): Promise<void> {
    await this.#page.evaluate(`document.cookie = ${JSON.stringify(cookie)}`);
  }

  cookies(): Promise<string> {
    return this.#page.evaluate('document.cookie');
  }

  /** The page opens a websocket and publishes one frame on it. */
  publish(url: string, protocols: readonly string[] = []): Promise<Outcome> {
    return this.#page.evaluate(
      ([to, offered]) =>
        new Promise<Outcome>((resolve) => {
          const socket = new WebSocket(to, [...offered]);
          socket.onopen = () => socket.send('{"payload":"from a page"}');
          socket.onmessage = ({ data }) => {
            resolve({ opened: true, protocol: socket.protocol, result: JSON.parse(data).result });
            socket.close();
          };
          socket.onclose = ({ code }) => resolve({ opened: false, code });
        }),
      [url, protocols] as const,
    );
  }

  /** The page opens a websocket and waits until it ends. */
  async untilClosed(url: string): Promise<{ opened: Promise<void>; code: Promise<number> }> {
    const opened = Promise.withResolvers<void>();
    await this.#page.exposeFunction('sayOpened', () => opened.resolve());
    const code = this.#page.evaluate(
      (to) =>
        new Promise<number>((resolve) => {
          const socket = new WebSocket(to);
          socket.onopen = () => (globalThis as unknown as { sayOpened(): void }).sayOpened();
          socket.onclose = (event) => resolve(event.code);
        }),
      url,
    );
    return { opened: opened.promise, code };
  }

  /** The page asks the api for a ticket with its script; `undefined` where it may not, or may not read the answer. */
  ticket(address: string, token: string): Promise<string | undefined> {
    return this.#page.evaluate(
      async ([url, bearer]) => {
        try {
          const headers = { authorization: `Bearer ${bearer}` };
          const response = await fetch(url, { method: 'POST', headers });
          return ((await response.json()) as { ticket?: string }).ticket;
        } catch {
          return undefined;
        }
      },
      [address, token] as const,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}
