import { describe, expect, it } from 'vitest';
import { reachesNoRegistry } from './pip-fault.ts';

const retry = (reason: string) =>
  `WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by '${reason}': /simple/demessaging/\n`;
const nothingFound = `ERROR: Could not find a version that satisfies the requirement demessaging==0.6.4 (from versions: none)
ERROR: No matching distribution found for demessaging==0.6.4
`;

describe('what pip says', () => {
  it.each([
    [
      'no address for the name',
      `NewConnectionError('<…>: Failed to establish a new connection: [Errno -2]')`,
    ],
    ['nobody listens', `NewConnectionError('<…>: Failed to establish a new connection: [Errno 111]')`],
    ['a proxy that is away', `ProxyError('Cannot connect to proxy.', NewConnectionError('<…>'))`],
    ['no answer', `ConnectTimeoutError('<…>', 'Connection to … timed out. (connect timeout=15)')`],
  ])('is known as "reaches nobody": %s', (_, reason) => {
    expect(reachesNoRegistry(retry(reason) + nothingFound)).toBe(true);
  });

  it.each([
    ['no such release', nothingFound.replace('none', '0.6.2, 0.6.3')],
    ['no such project', nothingFound],
    [
      'a full disk',
      'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device\n',
    ],
    ['a wrong certificate', retry("SSLError('certificate verify failed')") + nothingFound],
    [
      'one try in vain, then a conflict',
      `${retry('ReadTimeoutError')}ERROR: Cannot install demessaging because these versions have conflicting dependencies.\n`,
    ],
  ])('is a failure: %s', (_, stderr) => {
    expect(reachesNoRegistry(stderr)).toBe(false);
  });
});
