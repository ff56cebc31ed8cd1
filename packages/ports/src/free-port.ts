import { randomInt } from 'node:crypto';
import getPort from 'get-port';

/**
 * Below what systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere): one of those would take
 * the port while its listener is away, and keep it from being started again for as long as it lasts.
 */
const LOWEST = 12_000;
const HIGHEST = 32_767;
const CANDIDATES = 100;

/** A TCP port of the loopback address that nobody listens on, chosen at random. */
export async function freePort(): Promise<number> {
  const candidates = Array.from({ length: CANDIDATES }, () => randomInt(LOWEST, HIGHEST + 1));
  return await getPort({ host: '127.0.0.1', port: candidates });
}
