/**
 * - `same`: the page came from the host that is asked.
 * - `listed`: the operator named it.
 * - `absent`: no page sent this, so no page can abuse it.
 * - `refused`: any other page.
 */
export type OriginVerdict = 'same' | 'listed' | 'absent' | 'refused';

export interface OriginQuestion {
  /** The request's `Origin` header. */
  readonly origin: string | undefined;
  /** The request's `Host` header, or what a trusted proxy says it was. */
  readonly host: string | undefined;
  /** Scheme, host and port, as `URL.origin` writes them. */
  readonly allowed: ReadonlySet<string>;
}

/** AUT-7. Compares whole hosts: no suffix, no pattern; `null` and what is not http is refused. */
export function checkOrigin({ origin, host, allowed }: OriginQuestion): OriginVerdict {
  if (origin === undefined) return 'absent';
  const page = URL.parse(origin);
  // `URL.parse` forgives a path, user or upper case; a browser never sends them.
  if (page === null || !/^https?:$/.test(page.protocol) || page.pathname !== '/' || page.username !== '') {
    return 'refused';
  }
  if (host !== undefined && page.host === URL.parse(`${page.protocol}//${host}`)?.host) return 'same';
  return allowed.has(page.origin) ? 'listed' : 'refused';
}
