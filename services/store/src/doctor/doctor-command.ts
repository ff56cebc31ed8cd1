import { type CommandContext, optionsOf } from '../command-context.ts';
import { databaseFindings } from './database-findings.ts';
import { logFindings } from './log-findings.ts';

/** `doctor [--nats-monitoring URL]`: prints what is found, as JSON, for `dasf doctor`. @throws {CommandFault} */
export async function doctorCommand(
  words: readonly string[],
  { config, say }: CommandContext,
): Promise<number> {
  const { 'nats-monitoring': monitoring } = optionsOf(words, { 'nats-monitoring': { type: 'string' } });
  say(JSON.stringify([...(await logFindings(config, monitoring)), ...(await databaseFindings(config))]));
  return 0;
}
