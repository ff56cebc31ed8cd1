import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the command line tool and the demo read to find the stack that runs. */
export interface StackFile {
  readonly edge: string;
  readonly api: string;
  readonly natsUrl: string;
  /** Where nats-server itself tells how it is doing; none where the server is not ours. */
  readonly natsMonitoringUrl?: string;
  /** The key with which the store gets in; none where the address says who it is. */
  readonly natsSeedFile?: string;
  /** The same of the operator, who is the migration and imports what another broker held. */
  readonly natsOperatorSeedFile?: string;
  /** Of whom the tables belong to. */
  readonly databaseUrl: string;
  /** How the log's names and sizes were set, and how long what is kept; what is not here is by default. */
  readonly logSettings: Readonly<Record<string, string>>;
  readonly tokenSecretFile: string;
  readonly pid: number;
  readonly pids: Readonly<Record<string, number>>;
  readonly startedAt: string;
}

export function writeStackFile(dataDir: string, content: StackFile): void {
  const path = pathIn(dataDir);
  writeFileSync(`${path}.new`, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function removeStackFile(dataDir: string): void {
  rmSync(pathIn(dataDir), { force: true });
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'stack.json');
}
