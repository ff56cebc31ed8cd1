import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { BacklogUnavailable } from './question.ts';

/** Set on an answer that is none. */
export const ERROR_HEADER = 'Dasf-Error';

/**
 * Sends a question to whichever store listens on a subject.
 *
 * @param timeout milliseconds
 * @throws {BacklogUnavailable}
 */
export async function request(
  nc: NatsConnection,
  subject: string,
  question: object,
  timeout: number,
): Promise<Uint8Array> {
  const answer = await ask(nc, subject, JSON.stringify(question), timeout);
  const error = answer.headers?.get(ERROR_HEADER);
  if (error) throw new BacklogUnavailable(`The store cannot answer: ${decodeURIComponent(error)}`);
  return answer.data;
}

async function ask(nc: NatsConnection, subject: string, body: string, timeout: number): Promise<Msg> {
  try {
    return await nc.request(subject, body, { timeout });
  } catch (cause) {
    throw new BacklogUnavailable('No store answered.', { cause });
  }
}
