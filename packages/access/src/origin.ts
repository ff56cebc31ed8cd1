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

/** `URL.parse` forgives a path, a fragment, a user and the like; browsers never send them. */
const PAGE = /^https?:\/\/[\w.:[\]-]+\/?$/i;
const HOST = /^[\w.:[\]-]+$/;

/** AUT-7. Compares whole hosts: no suffix, no pattern; `null` and what is not http is refused. */
export function checkOrigin({ origin, host, allowed }: OriginQuestion): OriginVerdict {
  if (origin === undefined) return 'absent';
  const page = PAGE.test(origin) ? URL.parse(origin) : null;
  if (page === null) return 'refused';
  if (host !== undefined && HOST.test(host) && page.host === URL.parse(`${page.protocol}//${host}`)?.host)
    return 'same';
  return allowed.has(page.origin) ? 'listed' : 'refused';
}
