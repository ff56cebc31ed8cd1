import { Answers, refusalIn } from '@dasf-broker/nats';
import { errors, type NatsConnection, nuid } from '@nats-io/transport-node';
import { AppendError } from './append-error.ts';
import type { AsciiHeaders } from './ascii-headers.ts';

/** One event, encoded and addressed. */
export interface Entry {
  readonly subject: string;
  readonly headers: AsciiHeaders;
  readonly body: Uint8Array;
}

/** What a stream's leader says of a batch. */
export type BatchOutcome =
  /** Stored; `last` is the sequence of the batch's last entry, the others precede it without a gap. */
  | { readonly kind: 'stored'; readonly last: number }
  /** An entry's message id has been seen before; of a batch with several entries nothing is stored. */
  | { readonly kind: 'duplicate' }
  /** The stream has no leader yet or holds too many unfinished batches; nothing is stored. */
  | { readonly kind: 'busy' };

interface PublishAnswer {
  readonly seq?: number;
  readonly duplicate?: boolean;
  readonly error?: { readonly err_code: number; readonly description: string };
}

const BATCH_HEADERS = ['Nats-Batch-Id', 'Nats-Batch-Sequence', 'Nats-Batch-Commit'];
const DUPLICATE_IN_BATCH = 10201;
const TOO_MANY_BATCHES = new Set([10176, 10210, 10211]);

/**
 * Stores entries in one stream, all or none, in order. Resolves when they are durable.
 *
 * @param timeout milliseconds
 * @throws {AppendError} where the outcome is unknown
 */
export async function storeBatch(
  nc: NatsConnection,
  entries: readonly Entry[],
  timeout: number,
): Promise<BatchOutcome> {
  const last = entries.at(-1);
  if (!last) throw new RangeError('A batch needs at least one entry.');
  if (entries.length > 1) publishAllButLast(nc, entries);
  // An entry that comes from a refused batch still has its place there in its headers.
  else for (const header of BATCH_HEADERS) last.headers.delete(header);
  const answer = await request(nc, last, timeout);
  return answer === undefined ? { kind: 'busy' } : readAnswer(answer);
}

function publishAllButLast(nc: NatsConnection, entries: readonly Entry[]): void {
  const batch = nuid.next();
  entries.forEach((entry, index) => {
    entry.headers.set('Nats-Batch-Id', batch);
    entry.headers.set('Nats-Batch-Sequence', `${index + 1}`);
    if (index === entries.length - 1) entry.headers.set('Nats-Batch-Commit', '1');
    else entry.headers.delete('Nats-Batch-Commit');
    if (index < entries.length - 1) nc.publish(entry.subject, entry.body, { headers: entry.headers.forNats });
  });
}

/** The stream's answer; `undefined` where nobody took the entry: a server that starts has to read its streams. */
async function request(
  nc: NatsConnection,
  entry: Entry,
  timeout: number,
): Promise<PublishAnswer | undefined> {
  try {
    const answer = await Answers.of(nc).ask(entry.subject, entry.body, entry.headers.forNats, timeout);
    return answer.json<PublishAnswer>();
  } catch (cause) {
    if (cause instanceof errors.NoRespondersError) return undefined;
    if (refusalIn(cause)) throw new AppendError('LOG_REFUSED', notAllowed(entry.subject), { cause });
    throw new AppendError('LOG_UNREACHABLE', 'The log did not answer in time.', { cause });
  }
}

/** @param subject where NATS does not let this service publish */
export function notAllowed(subject: string): string {
  return `NATS does not let this service publish to ${subject}.`;
}

function readAnswer(answer: PublishAnswer): BatchOutcome {
  const { error, seq } = answer;
  if (error && error.err_code === DUPLICATE_IN_BATCH) return { kind: 'duplicate' };
  if (error && TOO_MANY_BATCHES.has(error.err_code)) return { kind: 'busy' };
  if (error) throw new AppendError('LOG_REFUSED', `The log refused: ${error.description}.`);
  if (answer.duplicate) return { kind: 'duplicate' };
  if (seq === undefined) throw new AppendError('LOG_REFUSED', 'The log gave an answer without a sequence.');
  return { kind: 'stored', last: seq };
}
