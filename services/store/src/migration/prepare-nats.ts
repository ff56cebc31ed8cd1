import { prepareCredentials } from '@dasf-broker/credentials';
import { type LogOptions, prepareLog } from '@dasf-broker/log';
import { closeNats, connectNats, type NatsLogin } from '@dasf-broker/nats';

export interface PrepareNatsOptions {
  readonly url: string;
  readonly login: NatsLogin;
  readonly log: LogOptions;
  /** Milliseconds that NATS may be away. */
  readonly patience: number;
  readonly waiting: (reason: Error) => void;
}

/**
 * Makes the streams and buckets that services open, or brings them up to date.
 *
 * @returns a sentence on what was done
 */
export async function prepareNats(options: PrepareNatsOptions): Promise<string> {
  const { url, login, log, patience, waiting } = options;
  const signal = AbortSignal.timeout(patience);
  const nc = await connectNats({ url, ...login, client: 'operator', waiting, signal });
  try {
    await prepareLog(nc, log);
    await prepareCredentials(nc, log);
  } finally {
    await closeNats(nc);
  }
  return 'The log is up to date.';
}
