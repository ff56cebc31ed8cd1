import { defaultRetentions, readSettings, retentionSpecs } from '@dasf-broker/config';
import { AppendError, ImportLog } from '@dasf-broker/log';
import { TopicRegistry } from '@dasf-broker/registry';
import { type CommandContext, optionsOf } from '../command-context.ts';
import { CommandFault, reasonOf } from '../command-fault.ts';
import { DatabaseSession } from '../database-session.ts';
import { LogSession } from '../log-session.ts';
import { count } from '../numbers.ts';
import { ProgressLine } from '../verify/progress-line.ts';
import { readContents } from './contents.ts';
import { planTopics } from './plan.ts';
import { readReached } from './progress.ts';
import { describeImport } from './report.ts';
import { runImport } from './run-import.ts';
import { openSource } from './source/open-source.ts';

const LOG_PATIENCE_MS = 60_000;
const STOPPED = 130;
const IMPORTED = { done: 'looked at', things: 'messages' };

/**
 * `import django --database URL [--dry-run] [--skip TOPIC]… [--user-prefix PREFIX]`.
 *
 * @throws {CommandFault}
 */
export async function importCommand(words: readonly string[], context: CommandContext): Promise<number> {
  const { config, signal, say } = context;
  const { database, dryRun, skip, prefix } = optionsIn(words);
  await using source = await openSource(database, process.env['INIT_CWD'] || process.cwd());
  const contents = await readContents(source, prefix);
  const { broker, users } = contents;
  await using session = await DatabaseSession.open(config.databaseUrl, 'dasf-import');
  await using log = await LogSession.open(config, 'dasf-import', 'operator');
  const reached = await readReached(session, log.streams, broker.source, signal);
  await using registry = await TopicRegistry.open(log.nc, config.log);
  const plan = planTopics(contents.topics, {
    source: broker.source,
    partitions: config.log.partitions,
    skip: new Set(skip),
    existing: (slug) => registry.get(slug),
    imported: (partition) => reached[partition]?.topics ?? 0,
  });
  for (const line of describeImport(contents, plan)) say(line);
  const faults = [...contents.faults, ...plan.faults];
  if (faults.length > 0) throw new CommandFault(['Nothing was imported.', ...faults, ADVICE].join('\n'));
  if (dryRun) return 0;

  using imports = await ImportLog.open(log.nc, log.streams.subjects, LOG_PATIENCE_MS);
  const retentions = defaultRetentions(readSettings(retentionSpecs, process.env));
  const parts = { source: broker.source, log: imports, registry, plan, retentions, signal };
  const progress = new ProgressLine(process.stderr, undefined, IMPORTED);
  try {
    const messages = await runImport(parts, { broker, users, reached, progress });
    say(`Imported; ${count(messages)} messages came over now.`);
    return 0;
  } catch (cause) {
    progress.end();
    if (signal.aborted) {
      say('Stopped. What has come over stays; run the same command again to go on.');
      return STOPPED;
    }
    if (!(cause instanceof AppendError)) throw cause;
    throw new CommandFault(
      `${reasonOf(cause)} What has come over stays; run the same command again to go on.`,
      {
        cause,
      },
    );
  }
}

const ADVICE = 'Rename or remove what stands in the way, there or here, or leave topics out with --skip.';

/** @throws {CommandFault} */
function optionsIn([kind, ...words]: readonly string[]) {
  if (kind !== 'django')
    throw new CommandFault('What can be imported is the database of dasf-broker-django: import django.');
  const values = optionsOf(words, {
    database: { type: 'string' },
    'dry-run': { type: 'boolean', default: false },
    skip: { type: 'string', multiple: true, default: [] },
    'user-prefix': { type: 'string', default: '' },
  });
  const { database, skip, 'dry-run': dryRun, 'user-prefix': prefix } = values;
  if (database === undefined) throw new CommandFault('Say which database is to be imported: --database URL.');
  return { database, skip, dryRun, prefix };
}
