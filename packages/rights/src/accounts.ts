import { Subjects } from '@dasf-broker/log';
import { type Rights, rightsOf } from './rights.ts';
import { type Installation, SERVICES, type Service } from './service.ts';

/**
 * Each account is a space of subjects of its own; what crosses is exported by the one that has the log, but for what
 * passes between api and edges: NATS hands on nothing that came from a third.
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

/** `service`: goes to the exporting account, answers come back. `stream`: comes from it. */
export interface Crossing {
  readonly kind: 'service' | 'stream';
  readonly subject: string;
  /** The account that exports it. */
  readonly from: string;
}

export interface Export extends Omit<Crossing, 'from'> {
  readonly to: readonly string[];
}

/** Those that are in the log's account: the store makes consumers, which deliver wherever it says. */
const WITH_THE_LOG: readonly Service[] = ['store', 'operator'];

/**
 * Without this import an account that has no JetStream gets one to the server's own JetStream, which then answers,
 * too: that there is none.
 */
const JETSTREAM = { kind: 'service', subject: '$JS.API.INFO' } as const;

/** Of the account that has the log. */
export function accountName({ account, namespace }: Installation): string {
  return account ?? namespace;
}

export function accountsOf(installation: Installation): readonly Account[] {
  const others = SERVICES.filter((service) => !WITH_THE_LOG.includes(service)).map((service) =>
    foreignAccount(service, installation),
  );
  const crossings = others.flatMap(({ name, imports }) =>
    imports.map((crossing) => ({ to: name, crossing })),
  );
  const log: Account = {
    name: accountName(installation),
    hasLog: true,
    users: WITH_THE_LOG.map((service) => ({ service, rights: rightsOf(service, installation) })),
    exports: [],
    imports: [],
  };
  return [log, ...others].map((account) => ({ ...account, exports: exportsOf(account.name, crossings) }));
}

function foreignAccount(service: Service, installation: Installation): Account {
  const rights = rightsOf(service, installation);
  const subjects = new Subjects(installation.namespace);
  const live = `${installation.namespace}.live.`;
  const ofEdges = [subjects.connectionQuestions(), subjects.edgeHeartbeat('*')];
  const from = (subject: string) =>
    accountOf(service === 'api' && ofEdges.includes(subject) ? 'edge' : undefined, installation);
  const asked = rights.publish
    // Frames that are not retained go from edge to edge.
    .filter((subject) => !subject.startsWith(live))
    .map((subject): Crossing => ({ kind: 'service', subject, from: from(subject) }));
  const heard = rights.subscribe
    // The api asks edges where they are.
    .filter((subject) => !subject.startsWith('_INBOX_') && subject !== subjects.connectionQuestions())
    .map((subject): Crossing => ({ kind: 'stream', subject, from: from(subject) }));
  return {
    name: accountOf(service, installation),
    hasLog: false,
    users: [{ service, rights }],
    exports: [],
    imports: [{ ...JETSTREAM, from: accountName(installation) }, ...asked, ...heard],
  };
}

/** `undefined`: the one that has the log. */
function accountOf(service: Service | undefined, installation: Installation): string {
  const name = accountName(installation);
  return service === undefined ? name : `${name}-${service}`;
}

interface Wanted {
  readonly to: string;
  readonly crossing: Crossing;
}

function exportsOf(account: string, crossings: readonly Wanted[]): Export[] {
  const wanted = crossings.filter(({ crossing }) => crossing.from === account);
  // What one account tells and another hears crosses both ways.
  const alike = Map.groupBy(wanted, ({ crossing: { kind, subject } }) => `${kind} ${subject}`);
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const { kind, subject } = first.crossing;
    return [{ kind, subject, to: same.map(({ to }) => to) }];
  });
}
