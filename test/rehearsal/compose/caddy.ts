import { runTool } from '@dasf-broker/deploy';
import { freePort } from '@dasf-broker/ports';

/** The first that knows `stream_close_delay`. */
const OLDEST = [2, 7];

export interface Caddy {
  readonly program: string;
  /** Where it listens, which is what it gets a certificate for. */
  readonly domain: string;
}

/** The Caddy on the PATH, or why there is none. */
export async function findCaddy(): Promise<Caddy | { readonly missing: string }> {
  const { code, stdout } = await runTool('caddy', ['version']);
  if (code !== 0) return { missing: 'there is no caddy on the PATH (https://caddyserver.com/docs/install)' };
  const [, major = 0, minor = 0] = /^v?(\d+)\.(\d+)/.exec(stdout) ?? [];
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  const isOld = Number(major) < oldestMajor || (Number(major) === oldestMajor && Number(minor) < oldestMinor);
  if (isOld) return { missing: `caddy on the PATH is ${stdout.trim()}, and ${OLDEST.join('.')} is needed` };
  return { program: 'caddy', domain: `localhost:${await freePort()}` };
}

/** A Caddyfile that takes no port and no trust of the machine's: ports 80 and 2019, and its list of authorities. */
export function withoutMachine(caddyfile: string): string {
  const [site, ...rest] = caddyfile.split('\n');
  const options = ['{', '\tadmin off', '\tskip_install_trust', '\tauto_https disable_redirects', '}'];
  return [...options, site, '\tbind 127.0.0.1', ...rest].join('\n');
}
