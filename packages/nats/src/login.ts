import { isIP } from 'node:net';
import { checkServerIdentity, type ConnectionOptions as TlsConnectionOptions } from 'node:tls';
import {
  type ConnectionOptions,
  credsAuthenticator,
  nkeyAuthenticator,
  type TlsOptions,
} from '@nats-io/transport-node';

/** How a client shows who it is, where its address does not say so, and by what it knows the server. */
export interface NatsLogin {
  readonly user?: string;
  readonly password?: string;
  /** The contents of a credentials file: a JWT and the key that belongs to it. */
  readonly credentials?: string;
  /** The secret half of an nkey. */
  readonly nkeySeed?: string;
  /** Certificates in PEM form, one of which must have signed the server's; only TLS will do then. */
  readonly ca?: string;
}

const utf8 = new TextEncoder();

/**
 * Reads a comma-separated list of addresses, `nats://` or `tls://[user:password@]host:port`, into what the
 * client library takes.
 *
 * @throws {TypeError} where an address is no URL
 */
export function natsAddress(url: string, login: NatsLogin = {}): ConnectionOptions & { servers: string[] } {
  const urls = url.split(',').map((one) => new URL(one.trim()));
  const { username = '', password = '' } = urls[0] ?? {};
  const user = login.user ?? decodeURIComponent(username);
  const isEncrypted = login.ca !== undefined || urls.some(({ protocol }) => protocol === 'tls:');
  return {
    servers: urls.map(({ host }) => host),
    ...(user ? { user, pass: login.password ?? decodeURIComponent(password) } : {}),
    ...authenticator(login),
    ...(isEncrypted ? { tls: tlsOf(login, urls) } : {}),
  };
}

function authenticator({ credentials, nkeySeed }: NatsLogin): Pick<ConnectionOptions, 'authenticator'> {
  if (credentials !== undefined) return { authenticator: credsAuthenticator(utf8.encode(credentials)) };
  if (nkeySeed !== undefined) return { authenticator: nkeyAuthenticator(utf8.encode(nkeySeed)) };
  return {};
}

/** Without certificates of one's own those that Node trusts count. */
function tlsOf({ ca }: NatsLogin, urls: readonly URL[]): TlsOptions {
  const hosts = urls.map(({ hostname }) => hostname.replace(/^\[|\]$/g, ''));
  // The client library hands on whatever Node takes.
  const options: TlsOptions & ConnectionCheck = { checkServerIdentity: identityCheck(hosts) };
  return ca === undefined ? options : { ...options, ca };
}

type ConnectionCheck = Required<Pick<TlsConnectionOptions, 'checkServerIdentity'>>;

/** Of a server that has an address and no name, the client library would have "localhost" checked. */
function identityCheck(hosts: readonly string[]): typeof checkServerIdentity {
  const unnamed = hosts.filter((host) => isIP(host) !== 0 || host === 'localhost');
  return (host, certificate) => {
    const candidates = host === 'localhost' && unnamed.length > 0 ? unnamed : [host];
    const faults = candidates.map((candidate) => checkServerIdentity(candidate, certificate));
    return faults.includes(undefined) ? undefined : faults[0];
  };
}
