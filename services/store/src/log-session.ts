import { LogStreams } from '@dasf-broker/log';
import { closeNats, inboxOf, natsAddress } from '@dasf-broker/nats';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { CommandFault, reasonOf } from './command-fault.ts';
import type { CommandConfig } from './config.ts';

type LogSessionConfig = Pick<CommandConfig, 'natsUrl' | 'natsLogin' | 'log'>;

const CONNECT_TIMEOUT_MS = 5000;

/** The log as a command looks at it, which neither waits for it for ever nor makes it. */
export class LogSession implements AsyncDisposable {
  readonly nc: NatsConnection;
  readonly streams: LogStreams;

  private constructor(nc: NatsConnection, streams: LogStreams) {
    this.nc = nc;
    this.streams = streams;
  }

  /** @throws {CommandFault} */
  static async open(
    config: LogSessionConfig,
    name: string,
    rights: 'store' | 'operator' = 'store',
  ): Promise<LogSession> {
    const { natsUrl, natsLogin, log } = config;
    const servers = natsAddress(natsUrl, natsLogin);
    try {
      const nc = await connect({
        ...servers,
        name,
        inboxPrefix: inboxOf(rights),
        timeout: CONNECT_TIMEOUT_MS,
        maxReconnectAttempts: -1,
      });
      return new LogSession(nc, await LogStreams.attach(nc, log));
    } catch (cause) {
      throw new CommandFault(
        `NATS at ${servers.servers.join(', ')} does not take the connection (${reasonOf(cause)}): is it running, with JetStream, and is DASF_NATS_URL right?`,
        { cause },
      );
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeNats(this.nc);
  }
}
