import {
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { refusalIn } from './refusals.ts';
import { type NeededStream, unfitness } from './stream-fitness.ts';

const STREAM_NOT_FOUND = 10059;
const STREAM_NAME_IN_USE = 10058;
const PAUSE_MS = 500;

/** What the migration makes on NATS is not there, or not as it must be. */
export class NatsUnprepared extends Error {
  readonly code = 'NATS_UNPREPARED';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NatsUnprepared';
  }
}

/**
 * Makes a stream, or brings one that is there up to date. Needs the operator's rights.
 *
 * @param initial what a new stream has besides
 * @throws {NatsUnprepared} where one that is there cannot be changed so that it fits
 */
export async function prepareStream(
  nc: NatsConnection,
  needed: NeededStream,
  initial: Partial<StreamConfig> = {},
): Promise<void> {
  const jsm = await jetstreamManager(nc);
  const found = (await infoOf(jsm, needed.name)) ?? (await add(jsm, { ...initial, ...needed }));
  if (unfitness(found.config, needed).length === 0) return;
  try {
    await jsm.streams.update(needed.name, needed);
  } catch (cause) {
    if (!(cause instanceof JetStreamApiError)) throw cause;
    throw new NatsUnprepared(`${unfit(found, needed)} It cannot be changed: ${cause.message}.`, { cause });
  }
  await openStream(nc, needed);
}

/** @throws {NatsUnprepared} where the stream is not there or does not fit */
export async function openStream(nc: NatsConnection, needed: NeededStream): Promise<StreamInfo> {
  // Services may not ask what the account has.
  const jsm = await jetstreamManager(nc, { checkAPI: false });
  const found = await infoOf(jsm, needed.name);
  if (!found) {
    throw new NatsUnprepared(
      `The stream ${needed.name} is not there yet: run the migration (services/store/src/migrate.ts).`,
    );
  }
  if (unfitness(found.config, needed).length > 0) {
    throw new NatsUnprepared(
      `${unfit(found, needed)} Run the migration (services/store/src/migrate.ts), which changes it.`,
    );
  }
  return found;
}

export interface Waiting {
  /** Why it is waited; called once for each reason. */
  readonly waiting: (reason: Error) => void;
  /** Aborted: give up. */
  readonly signal?: AbortSignal;
}

/**
 * Opens what the migration makes; waits for it, and for NATS.
 *
 * @throws {NatsRefused}; the signal's reason once it is aborted
 */
export async function whenPrepared<T>(open: () => Promise<T>, { waiting, signal }: Waiting): Promise<T> {
  let told = '';
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      const refused = refusalIn(error);
      if (refused) throw refused;
      if (error.message !== told) waiting(error);
      told = error.message;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

function unfit({ config }: StreamInfo, needed: NeededStream): string {
  return `The stream ${needed.name} does not fit: ${unfitness(config, needed).join('; ')}.`;
}

async function infoOf(jsm: JetStreamManager, name: string): Promise<StreamInfo | undefined> {
  try {
    return await jsm.streams.info(name);
  } catch (error) {
    if (isApiError(error, STREAM_NOT_FOUND)) return undefined;
    throw error;
  }
}

async function add(jsm: JetStreamManager, config: NeededStream): Promise<StreamInfo> {
  try {
    return await jsm.streams.add(config);
  } catch (error) {
    // Another migration made it in the meantime.
    if (isApiError(error, STREAM_NAME_IN_USE)) return await jsm.streams.info(config.name);
    throw error;
  }
}

function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}
