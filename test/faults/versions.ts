import { cpus, release } from 'node:os';
import { runTool } from '@dasf-broker/deploy';
import pg from 'pg';
import type { FaultStack } from './stack/stack.ts';

/** What a run ran on. */
export interface Versions {
  readonly broker: string;
  readonly nats: string;
  readonly postgres: string;
  readonly node: string;
  readonly machine: string;
}

export async function versionsOf({ natsProgram, databaseUrl }: FaultStack): Promise<Versions> {
  const { stdout } = await runTool('git', ['describe', '--always', '--dirty'], { cwd: import.meta.dirname });
  return {
    broker: stdout.trim() || 'unknown',
    nats: natsProgram.versions,
    // A run that failed may have left no database.
    postgres: await postgresVersion(databaseUrl).catch(() => 'unknown'),
    node: process.versions.node,
    machine: `Linux ${release()}, ${cpus().length} cores`,
  };
}

async function postgresVersion(connectionString: string): Promise<string> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return String((await client.query('show server_version')).rows[0]?.server_version);
  } finally {
    await client.end();
  }
}
