import { CliFault } from './fault.ts';
import type { Stack } from './stack.ts';

interface Problem {
  readonly code?: string;
  readonly detail?: string;
}

/** What the code of a problem means for what was asked, and what to do about it; `undefined` where it is any other. */
export type Explain = (code: string | undefined) => string | undefined;

/** Longer than the API waits for its own servers. */
const PATIENCE_MS = 30_000;

/** The API's addresses for operators. */
export class ApiClient {
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  /**
   * @param path below `/api/v1/`
   * @throws {CliFault} where it fails
   */
  async ask<T>(method: string, path: string, explain: Explain, body?: object): Promise<T> {
    const response = await this.#fetch(method, new URL(`/api/v1/${path}`, this.#stack.api), body);
    const text = await response.text();
    if (!response.ok) throw this.#faultOf(response.status, parsed<Problem>(text) ?? {}, explain);
    const value = text === '' ? null : parsed<T>(text);
    if (value === undefined)
      throw new CliFault(`What answers at ${this.#stack.api.origin} is no DASF broker.`);
    return value as T;
  }

  async #fetch(method: string, url: URL, body: object | undefined): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#stack.token}`, accept: 'application/json' };
    const signal = AbortSignal.timeout(PATIENCE_MS);
    try {
      if (body === undefined) return await fetch(url, { method, headers, signal });
      const json = { ...headers, 'content-type': 'application/json' };
      return await fetch(url, { method, headers: json, body: JSON.stringify(body), signal });
    } catch (cause) {
      if (signal.aborted)
        throw new CliFault(`The API at ${url.origin} takes too long; try again.`, { cause });
      throw new CliFault(
        `The API at ${url.origin} does not answer (${reasonOf(cause)}): start the stack with "npm start", or say where another one is with --api or DASF_API_URL.`,
        { cause },
      );
    }
  }

  #faultOf(status: number, { code, detail }: Problem, explain: Explain): CliFault {
    const explained = explain(code);
    if (explained !== undefined) return new CliFault(explained);
    if (status === 401 || status === 403) {
      const why = detail ?? `status ${status}`;
      return new CliFault(
        `The API refuses this token (${why}): set DASF_TOKEN to one that holds "administer".`,
      );
    }
    return new CliFault(detail ?? `The API at ${this.#stack.api.origin} answered with status ${status}.`);
  }
}

/** What the network says, such as that there is no such host; `fetch` wraps it. */
function reasonOf(error: unknown): string {
  const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return code ?? message;
}

function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
