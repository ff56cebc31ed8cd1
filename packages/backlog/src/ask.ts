import type { Subjects } from '@dasf-broker/log';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { type BacklogPage, decodePage } from './page-codec.ts';
import { type BacklogQuestion, BacklogUnavailable } from './question.ts';

/** Set on an answer that is no page. */
export const ERROR_HEADER = 'Dasf-Error';

/**
 * Asks whichever store holds the partition for one page.
 *
 * @param timeout milliseconds
 * @throws {BacklogUnavailable}
 */
export async function askBacklog(
  nc: NatsConnection,
  subjects: Subjects,
  question: BacklogQuestion,
  timeout: number,
): Promise<BacklogPage> {
  const answer = await request(nc, subjects.backlog(question.partition), JSON.stringify(question), timeout);
  const error = answer.headers?.get(ERROR_HEADER);
  if (error) throw new BacklogUnavailable(`The store cannot answer: ${decodeURIComponent(error)}`);
  return decodePage(answer.data);
}

async function request(nc: NatsConnection, subject: string, body: string, timeout: number): Promise<Msg> {
  try {
    return await nc.request(subject, body, { timeout });
  } catch (cause) {
    throw new BacklogUnavailable('No store answered.', { cause });
  }
}
