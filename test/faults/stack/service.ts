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
  readonly process: ManagedProcess;
  readonly natsLine: Line;
  readonly databaseLine: Line | undefined;
}

export interface ServiceOptions {
  readonly kind: ServiceKind;
  readonly index: number;
  readonly natsUrl: string;
  readonly databaseUrl: string;
  readonly secret: string;
  readonly logDir: string;
  readonly settings: Readonly<Record<string, string>>;
}

export async function serviceProcess(options: ServiceOptions): Promise<Service> {
  const { kind, index, logDir } = options;
  await using opening = new AsyncDisposableStack();
  const natsLine = opening.use(await lineTo(options.natsUrl));
  const databaseLine = kind === 'edge' ? undefined : opening.use(await lineTo(options.databaseUrl));
  const port = await freePort();
  const name = `${kind}-${index + 1}`;
  const plan = servicePlan({
    name,
    script: join(root, `services/${kind}/src/main.ts`),
    env: environment(options, port, natsLine, databaseLine),
  });
  const service = opening.use(new ManagedProcess(name, plan, join(logDir, `${name}.log`)));
  const closing = opening.move();
  return {
    kind,
    port,
    process: service,
    natsLine,
    databaseLine,
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

function lineTo(address: string): Promise<Line> {
  const { hostname, port } = new URL(address);
  return Line.to(hostname, Number(port));
}

function environment(
  { kind, natsUrl, databaseUrl, secret, settings }: ServiceOptions,
  port: number,
  natsLine: Line,
  databaseLine: Line | undefined,
): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('DASF_'));
  const name = kind.toUpperCase();
  return {
    ...Object.fromEntries(inherited),
    DASF_NATS_URL: through(natsUrl, natsLine),
    ...(databaseLine ? { DASF_DATABASE_URL: through(databaseUrl, databaseLine) } : {}),
    ...(kind === 'store' ? {} : { DASF_JWT_SECRET: secret, [`DASF_${name}_PORT`]: String(port) }),
    ...settings,
  };
}

function through(address: string, line: Line): string {
  const url = new URL(address);
  url.port = String(line.port);
  return url.href.replace(/\/$/, '');
}
