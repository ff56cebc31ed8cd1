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

/** The paths that pino takes; a star stands for one level. */
export const SECRET_PATHS: readonly string[] = SECRET_KEYS.flatMap((key) => {
  const last = `["${key}"]`;
  return [last, `*${last}`, `*.*${last}`];
});

const SECRET_PARAMETERS = /^(?:token|ticket)$/i;

/** A request's path without the token or ticket that may stand in its query, nor passwords in a URL. */
export function censorUrl(url: string): string {
  return url
    .replace(/([?&])([^=&?]*)=[^&]*/g, (pair, before: string, name: string) =>
      SECRET_PARAMETERS.test(decoded(name)) ? `${before}${name}=***` : pair,
    )
    .replace(/:\/\/[^/\s]*@/g, '://***@');
}

/** A name may be written as the server reads it, and as nobody searches for it: `%74oken`. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
