/** Keys whose values never reach a log, wherever they stand down to three levels. */
export const SECRET_KEYS = [
  'authorization',
  'cookie',
  'set-cookie',
  'sec-websocket-protocol',
  'token',
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

/** A request's path without the token that may stand in its query, nor passwords in a URL. */
export function censorUrl(url: string): string {
  return url.replace(/([?&]token=)[^&#]*/gi, '$1***').replace(/:\/\/[^/\s]*@/g, '://***@');
}
