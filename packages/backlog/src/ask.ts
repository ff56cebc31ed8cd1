import type { Subjects } from '@dasf-broker/log';
import type { NatsConnection } from '@nats-io/transport-node';
import { type BacklogPage, decodePage } from './page-codec.ts';
import type { BacklogQuestion, PieceQuestion } from './question.ts';
import { request } from './request.ts';

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
  return decodePage(await request(nc, subjects.backlog(question.partition), question, timeout));
}

/**
 * Asks for one piece of a large frame; `undefined` where the message is gone: somebody acknowledged it.
 *
 * @param timeout milliseconds
 * @throws {BacklogUnavailable}
 */
export async function askPiece(
  nc: NatsConnection,
  subjects: Subjects,
  question: PieceQuestion,
  timeout: number,
): Promise<Uint8Array | undefined> {
  const part = await request(nc, subjects.pieces(question.partition), question, timeout);
  return part.length === 0 ? undefined : part;
}
