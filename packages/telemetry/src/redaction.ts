/** Keys whose values never reach a log, wherever they stand down to three levels. */
export const SECRET_KEYS = [
  'authorization',
  'cookie',
  'set-cookie',
  'sec-websocket-protocol',
  'token',
  'ticket',
  'password',
  'secret',
  'DASF_JWT_SECRET',
  'DASF_DATABASE_URL',
] as const;

/** The paths that pino takes. */
export const SECRET_TOP_PATHS: readonly string[] = SECRET_KEYS.map((key) => `["${key}"]`);

/** The same with all levels; a star stands for one of them. */
export const SECRET_PATHS: readonly string[] = SECRET_TOP_PATHS.flatMap((last) => [
  last,
  `*${last}`,
  `*.*${last}`,
]);

const SECRET_PARAMETERS = /^(?:token|ticket)$/i;

/** A request's path without the token or ticket that may stand in its query, nor passwords in a URL. */
export function censorUrl(url: string): string {
  // What stands before the first question mark is no query, whatever it looks like.
  const [path = '', ...rest] = url.split('?');
  const query = rest.length > 0 ? `?${rest.join('?').split('&').map(censorParameter).join('&')}` : '';
  return (path + query).replace(/:\/\/[^/\s]*@/g, '://***@');
}

/** Also behind a question mark too many, from where on it is no token, but still somebody's secret. */
function censorParameter(parameter: string): string {
  const parts = parameter.split('?');
  const secret = parts.findIndex((part) => {
    const [name = '', ...value] = part.split('=');
    return value.length > 0 && SECRET_PARAMETERS.test(decoded(name));
  });
  if (secret < 0) return parameter;
  const [name] = parts[secret]?.split('=') ?? [];
  return [...parts.slice(0, secret), `${name}=***`].join('?');
}

/** A name may be written as the server reads it, and as nobody searches for it: `%74oken`. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
