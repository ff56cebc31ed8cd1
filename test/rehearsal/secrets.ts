import { randomBytes } from 'node:crypto';
import type { Volume } from '../chart/manifest.ts';

/** What stands in Secrets, by name and key. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The Secrets that the chart's presets name, as docs/kubernetes.md makes them. */
export function secretsFor(databaseUrls: { store: string; api: string; migration: string }): Secrets {
  const password = () => randomBytes(24).toString('hex');
  return {
    'dasf-tokens': { 'token-secret': randomBytes(32).toString('base64') },
    // nats-server would read this one as a number.
    'dasf-nats': { edge: '507', api: password(), store: password(), operator: password() },
    'dasf-postgres': {
      'store-url': databaseUrls.store,
      'api-url': databaseUrls.api,
      'migration-url': databaseUrls.migration,
    },
  };
}

export function keyOf(secrets: Secrets, name: string, key: string): string {
  const value = secrets[name]?.[key];
  if (value === undefined) throw new Error(`There is no ${key} in a Secret ${name}.`);
  return value;
}

/** The files of a volume that is made of Secrets. */
export function projected({ projected: of }: Volume, secrets: Secrets): Record<string, string> {
  const sources = of?.sources ?? [];
  return Object.fromEntries(
    sources.flatMap(({ secret }) => {
      if (!secret) throw new Error('Only Secrets are rehearsed.');
      return secret.items.map(({ key, path }) => [path, keyOf(secrets, secret.name, key)]);
    }),
  );
}
