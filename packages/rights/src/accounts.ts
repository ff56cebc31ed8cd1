import { type Rights, rightsOf } from './rights.ts';
import { type Installation, SERVICES, type Service } from './service.ts';

/**
 * Each account is a space of subjects of its own; what crosses is exported by the one that has the log.
 *
 * Permissions alone would not do: JetStream answers on whatever subject a question names, in the server's own name.
 * In one account with the log, who may read a record of his own making could have it delivered to
 * `$JS.API.STREAM.DELETE.…`, and the stream would be gone.
 */
export interface Account {
  readonly name: string;
  /** Has the streams, and exports what others need. */
  readonly hasLog: boolean;
  readonly users: readonly { readonly service: Service; readonly rights: Rights }[];
  readonly exports: readonly Export[];
  readonly imports: readonly Crossing[];
}

/** `service`: goes to the log's account, answers come back. `stream`: comes from it. */
export interface Crossing {
  readonly kind: 'service' | 'stream';
  readonly subject: string;
}

export interface Export extends Crossing {
  readonly to: readonly string[];
}

/** Those that are in the log's account: the store makes consumers, which deliver wherever it says. */
const WITH_THE_LOG: readonly Service[] = ['store', 'operator'];

/**
 * Without this import an account that has no JetStream gets one to the server's own JetStream, which then answers,
 * too: that there is none.
 */
const JETSTREAM: Crossing = { kind: 'service', subject: '$JS.API.INFO' };

/** Of the account that has the log. */
export function accountName({ account, namespace }: Installation): string {
  return account ?? namespace;
}

export function accountsOf(installation: Installation): readonly Account[] {
  const others = SERVICES.filter((service) => !WITH_THE_LOG.includes(service)).map((service) =>
    foreignAccount(service, installation),
  );
  const log: Account = {
    name: accountName(installation),
    hasLog: true,
    users: WITH_THE_LOG.map((service) => ({ service, rights: rightsOf(service, installation) })),
    exports: exportsFor(others),
    imports: [],
  };
  return [log, ...others];
}

function foreignAccount(service: Service, installation: Installation): Account {
  const rights = rightsOf(service, installation);
  const live = `${installation.namespace}.live.`;
  const asked = rights.publish
    // Frames that are not retained go from edge to edge.
    .filter((subject) => !subject.startsWith(live))
    .map((subject): Crossing => ({ kind: 'service', subject }));
  const heard = rights.subscribe
    .filter((subject) => !subject.startsWith('_INBOX_'))
    .map((subject): Crossing => ({ kind: 'stream', subject }));
  return {
    name: `${accountName(installation)}-${service}`,
    hasLog: false,
    users: [{ service, rights }],
    exports: [],
    imports: [JETSTREAM, ...asked, ...heard],
  };
}

function exportsFor(accounts: readonly Account[]): Export[] {
  const wanted = accounts.flatMap(({ name, imports }) => imports.map((crossing) => ({ name, crossing })));
  const bySubject = Map.groupBy(wanted, ({ crossing }) => crossing.subject);
  return [...bySubject.values()].flatMap((alike) => {
    const [first] = alike;
    return first ? [{ ...first.crossing, to: alike.map(({ name }) => name) }] : [];
  });
}
