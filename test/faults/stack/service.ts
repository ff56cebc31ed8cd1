import { join } from 'node:path';
import { servicePlan } from '@dasf-broker/deploy';
import { freePort } from '@dasf-broker/ports';
import { Line } from './line.ts';
import { ManagedProcess } from './managed-process.ts';

const root = join(import.meta.dirname, '../../..');

export type ServiceKind = 'edge' | 'store' | 'api';

/** A service and its lines to the servers, which are its alone. */
export interface Service extends AsyncDisposable {
  readonly kind: ServiceKind;
  /** Where it listens; of a store: nowhere. */
  readonly port: number;
  /** Where it says whether it is ready. */
  readonly internalPort: number;
  readonly process: ManagedProcess;
  /** One to each server of the log. */
  readonly natsLines: readonly [Line, ...Line[]];
  readonly databaseLine: Line | undefined;
}

export interface ServiceOptions {
  readonly kind: ServiceKind;
  readonly index: number;
  readonly natsUrls: readonly string[];
  readonly databaseUrl: string;
  readonly secret: string;
  readonly logDir: string;
  readonly settings: Readonly<Record<string, string>>;
}

export async function serviceProcess(options: ServiceOptions): Promise<Service> {
  const { kind, index, logDir } = options;
  await using opening = new AsyncDisposableStack();
  const [first, ...others] = await Promise.all(options.natsUrls.map(lineTo));
  if (!first) throw new Error('a log needs a server');
  const natsLines = [opening.use(first), ...others.map((line) => opening.use(line))] as const;
  const databaseLine = kind === 'edge' ? undefined : opening.use(await lineTo(options.databaseUrl));
  const [port, internalPort] = [await freePort(), await freePort()];
  const name = `${kind}-${index + 1}`;
  const plan = servicePlan({
    name,
    script: join(root, `services/${kind}/src/main.ts`),
    env: environment(options, { port, internalPort }, natsLines, databaseLine),
  });
  const service = opening.use(new ManagedProcess(name, plan, join(logDir, `${name}.log`)));
  const closing = opening.move();
  return {
    kind,
    port,
    internalPort,
    process: service,
    natsLines: [...natsLines],
    databaseLine,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

function lineTo(address: string): Promise<Line> {
  const { hostname, port } = new URL(address);
  return Line.to(hostname, Number(port));
}

function environment(
  { kind, natsUrls, databaseUrl, secret, settings }: ServiceOptions,
  { port, internalPort }: Pick<Service, 'port' | 'internalPort'>,
  natsLines: readonly Line[],
  databaseLine: Line | undefined,
): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('DASF_'));
  const name = kind.toUpperCase();
  return {
    ...Object.fromEntries(inherited),
    DASF_NATS_URL: natsLines.map((line, index) => through(natsUrls[index] ?? '', line)).join(','),
    ...(databaseLine ? { DASF_DATABASE_URL: through(databaseUrl, databaseLine) } : {}),
    ...(kind === 'store' ? {} : { DASF_JWT_SECRET: secret, [`DASF_${name}_PORT`]: String(port) }),
    [`DASF_${name}_INTERNAL_PORT`]: String(internalPort),
    ...settings,
  };
}

function through(address: string, line: Line): string {
  const url = new URL(address);
  url.hostname = '127.0.0.1';
  url.port = String(line.port);
  return url.href.replace(/\/$/, '');
}
