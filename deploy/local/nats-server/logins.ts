import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Logins, SERVICES, type Service } from '@dasf-broker/rights';
import { nkeys } from '@nats-io/transport-node';
import { kept } from '../secrets.ts';

/** The users on a server of our own. */
export interface KeptLogins {
  /** What the server is told: public halves alone. */
  readonly logins: Logins;
  readonly seedFiles: Readonly<Record<Service, string>>;
}

/** An nkey for each service, made once and kept in a file that only this user reads. */
export function keptLogins(folder: string): KeptLogins {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const users = SERVICES.map((service) => {
    const seedFile = join(folder, `${service}.nk`);
    const seed = kept(seedFile, () => new TextDecoder().decode(nkeys.createUser().getSeed()));
    const nkey = nkeys.fromSeed(new TextEncoder().encode(seed)).getPublicKey();
    return { service, seedFile, nkey };
  });
  return {
    logins: byService(users.map(({ service, nkey }) => [service, { nkey }])),
    seedFiles: byService(users.map(({ service, seedFile }) => [service, seedFile])),
  };
}

function byService<T>(entries: readonly (readonly [Service, T])[]): Record<Service, T> {
  return Object.fromEntries(entries) as Record<Service, T>;
}
