/** Why an issuer's keys could not be had. The message is for operators, not for users. */
export class IssuerFault extends Error {
  readonly code = 'ISSUER_FAULT';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'IssuerFault';
  }
}

/** Of what an issuer publishes; a key set of twenty keys has 10 kB. */
const MAX_BYTES = 64 * 1024;

/** https, or a host that is this machine: what others can change on its way is no key set. */
export function isTrustworthy(url: URL): boolean {
  const { protocol, hostname } = url;
  if (protocol === 'https:') return true;
  return protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/**
 * Reads a JSON document that an issuer publishes: small, at this very address, in time.
 *
 * @throws {IssuerFault}
 */
export async function readIssuerDocument(url: URL, signal: AbortSignal): Promise<unknown> {
  if (!isTrustworthy(url)) throw new IssuerFault(`${url.href} is not https.`);
  try {
    const headers = { accept: 'application/json, application/jwk-set+json' };
    const response = await fetch(url, { signal, headers, redirect: 'manual' });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new IssuerFault(`${url.href} answers with status ${response.status}, not 200.`);
    }
    return JSON.parse(await readBounded(response, url));
  } catch (cause) {
    if (cause instanceof IssuerFault) throw cause;
    throw new IssuerFault(`${url.href} cannot be read (${(cause as Error).message}).`, { cause });
  }
}

async function readBounded(response: Response, url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    // Leaving the loop ends the download.
    if (length > MAX_BYTES) throw new IssuerFault(`${url.href} is larger than ${MAX_BYTES} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
