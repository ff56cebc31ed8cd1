import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';

/** Where nats-server keeps the streams of users that belong to no account. */
const NO_ACCOUNT = '$G';

/**
 * Gives streams of before there were accounts to the account that has the log. The server must not run.
 *
 * @param dataDir the server's
 */
export function adoptStreams(dataDir: string, account: string): void {
  const [before, now] = [NO_ACCOUNT, account].map((name) => join(dataDir, 'jetstream', name)) as [
    string,
    string,
  ];
  if (existsSync(before) && !existsSync(now)) renameSync(before, now);
}
