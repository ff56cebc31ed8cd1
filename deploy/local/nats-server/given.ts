import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError, natsLogin, natsSpecs, readSettings } from '@dasf-broker/config';
import { inboxOf, type NatsLogin, natsAddress } from '@dasf-broker/nats';
import { AuthorizationError, connect, type NatsConnection } from '@nats-io/transport-node';
import { StartFault } from '../start-fault.ts';
import { isAtLeast, OLDEST_THAT_WORKS, parseVersion } from './version.ts';

const ANSWER_WITHIN_MS = 3_000;
const PAUSE_MS = 1_000;

interface Options {
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Waits for a NATS server that is not ours to start, and fails with a sentence where it cannot keep the log. */
export async function givenNats(
  url: string,
  env: NodeJS.ProcessEnv,
  { say, signal }: Options,
): Promise<string> {
  const address = addressOf(url, loginOf(env));
  const where = address.servers.join(', ');
  let told = false;
  for (;;) {
    signal.throwIfAborted();
    try {
      const nats = await connect({
        ...address,
        name: 'dasf-start',
        inboxPrefix: inboxOf('operator'),
        timeout: ANSWER_WITHIN_MS,
        reconnect: false,
      });
      try {
        await assertFit(nats, where);
      } finally {
        await nats.close();
      }
      return url;
    } catch (error) {
      if (error instanceof StartFault) throw error;
      if (error instanceof AuthorizationError) {
        throw new StartFault(
          `NATS at ${where} refuses the user and password in DASF_NATS_URL (or the other DASF_NATS_ settings): put them right.`,
        );
      }
      if (!told) {
        say(
          `Waiting for NATS at ${where} (${(error as Error).message}) …: start it there, or put DASF_NATS_URL right.`,
        );
        told = true;
      }
      await sleep(PAUSE_MS, undefined, { signal });
    }
  }
}

function loginOf(env: NodeJS.ProcessEnv): NatsLogin {
  const { DASF_NATS_URL: _, DASF_NATS_URL_FILE: __, ...login } = env;
  try {
    return natsLogin(readSettings(natsSpecs, login));
  } catch (error) {
    throw error instanceof ConfigError ? new StartFault(error.message) : error;
  }
}

function addressOf(url: string, login: NatsLogin) {
  try {
    return natsAddress(url, login);
  } catch {
    throw new StartFault('DASF_NATS_URL is no address: it takes nats:// or tls://[user:password@]host:port.');
  }
}

async function assertFit(nats: NatsConnection, where: string): Promise<void> {
  const version = parseVersion(`nats-server: ${nats.info?.version}`);
  if (version && !isAtLeast(version, OLDEST_THAT_WORKS)) {
    throw new StartFault(
      `NATS at ${where} is version ${version.join('.')}, but the log needs ${OLDEST_THAT_WORKS.join('.')} or newer.`,
    );
  }
  if (await hasJetStream(nats)) return;
  throw new StartFault(
    `NATS at ${where} has no JetStream for this user, which the log needs: start that nats-server with -js, or unset DASF_NATS_URL.`,
  );
}

async function hasJetStream(nats: NatsConnection): Promise<boolean> {
  if (nats.info?.jetstream !== true) return false;
  const answer = await nats.request('$JS.API.INFO', '', { timeout: ANSWER_WITHIN_MS });
  return !('error' in answer.json<object>());
}
