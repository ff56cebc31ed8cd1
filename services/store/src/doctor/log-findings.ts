import { LogStreams } from '@dasf-broker/log';
import { NatsUnprepared } from '@dasf-broker/nats';
import { jetstreamManager, type StreamInfo } from '@nats-io/jetstream';
import { reasonOf } from '../command-fault.ts';
import type { CommandConfig } from '../config.ts';
import { LogSession } from '../log-session.ts';
import { clockFinding, type Finding, failed, ok, warning } from './finding.ts';
import { syncFinding, versionFinding } from './nats-server.ts';

/** Shares of a stream's limit: events go early above the first, messages are about to be refused above the second. */
const FILLING = 0.7;
const FULL = 0.9;

/** What there is to say of NATS and the log. */
export async function logFindings(config: CommandConfig, monitoring: string | undefined): Promise<Finding[]> {
  let session: LogSession;
  try {
    session = await LogSession.open(config, 'dasf-doctor');
  } catch (error) {
    const todo = 'Start NATS, or correct DASF_NATS_URL and the login (docs/rights.md).';
    return [failed('NATS', reasonOf(error), todo)];
  }
  await using log = session;
  const { info } = log.nc;
  return [
    ok('NATS', `reached as ${info?.server_name ?? 'a server without a name'}`),
    versionFinding(info?.version ?? '0'),
    await syncFinding(monitoring),
    ...(await streamFindings(config, log)),
  ];
}

async function streamFindings(
  { log: options }: CommandConfig,
  { nc, streams }: LogSession,
): Promise<Finding[]> {
  const name = 'log';
  try {
    await LogStreams.open(nc, options);
    const jsm = await jetstreamManager(nc, { checkAPI: false });
    const all = Array.from({ length: options.partitions }, (_, partition) =>
      streams.subjects.stream(partition),
    );
    const asked = Date.now();
    const { now } = await streams.extent(0);
    return [
      clockFinding('NATS clock', now, asked),
      ...judged(await Promise.all(all.map((stream) => jsm.streams.info(stream)))),
    ];
  } catch (error) {
    const todo =
      error instanceof NatsUnprepared
        ? 'Run the migration, with the settings of the log.'
        : 'See that JetStream runs, and that this user has the rights of a store (docs/rights.md).';
    return [failed(name, reasonOf(error), todo)];
  }
}

function judged(streams: readonly StreamInfo[]): Finding[] {
  const copies = Math.min(...streams.map(({ config }) => config.num_replicas));
  const late = streams.filter(({ cluster }) => cluster?.replicas?.some(({ current }) => !current));
  const fill = Math.max(...streams.map(({ config, state }) => state.bytes / Math.max(config.max_bytes, 1)));
  const isLimited = streams.some(({ config }) => config.max_bytes > 0);
  const kept = `${streams.length} streams in files, ${copies} ${copies === 1 ? 'copy' : 'copies'} of each`;
  return [
    copies > 1
      ? ok('log', kept)
      : warning(
          'log',
          kept,
          'A disk that is lost loses messages: have a NATS cluster, and DASF_LOG_REPLICAS=3.',
        ),
    ...(late.length === 0
      ? []
      : [
          failed(
            'log copies',
            `not all copies of ${late.map(({ config }) => config.name).join(', ')} are current`,
            'See that all servers of the NATS cluster run and reach each other.',
          ),
        ]),
    ...(isLimited ? [fillFinding(fill)] : []),
  ];
}

function fillFinding(fill: number): Finding {
  const says = `${Math.round(fill * 100)} % of its limit`;
  const todo = 'Raise max_bytes of the streams, or see why the store does not keep up.';
  if (fill > FULL) return failed('log size', says, todo);
  return fill > FILLING ? warning('log size', says, todo) : ok('log size', says);
}
