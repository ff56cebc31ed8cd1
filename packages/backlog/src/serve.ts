import type { Subjects } from '@dasf-broker/log';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { type BacklogPage, encodePage } from './page-codec.ts';
import type { BacklogQuestion, PieceQuestion } from './question.ts';
import { ERROR_HEADER } from './request.ts';

/** Answers questions; rejects with an error whose message may be told to an edge. */
export interface BacklogAnswerer {
  page(question: BacklogQuestion): Promise<BacklogPage>;
  /** `undefined` where there is no such piece any more. */
  piece(question: PieceQuestion): Promise<Uint8Array | undefined>;
}

export interface BacklogService {
  /** Takes no more questions. */
  close(): void;
  /** Resolves when all that were taken are answered. */
  settled(): Promise<void>;
}

/** Answers the questions on a partition until it is closed. */
export function serveBacklog(
  nc: NatsConnection,
  subjects: Subjects,
  partition: number,
  answerer: BacklogAnswerer,
): BacklogService {
  const underWay = new Set<Promise<void>>();
  const take = (message: Msg, answer: () => Promise<Uint8Array | undefined>) => {
    const responded = respond(message, answer).finally(() => underWay.delete(responded));
    underWay.add(responded);
  };
  const pages = nc.subscribe(subjects.backlog(partition), {
    callback: (error, message) => {
      if (!error) take(message, async () => encodePage(await answerer.page(message.json())));
    },
  });
  const pieces = nc.subscribe(subjects.pieces(partition), {
    callback: (error, message) => {
      if (!error) take(message, () => answerer.piece(message.json()));
    },
  });
  return {
    close: () => {
      pages.unsubscribe();
      pieces.unsubscribe();
    },
    settled: async () => void (await Promise.allSettled(underWay)),
  };
}

async function respond(message: Msg, answer: () => Promise<Uint8Array | undefined>): Promise<void> {
  try {
    message.respond(await answer());
  } catch (error) {
    const refusal = headers();
    refusal.set(ERROR_HEADER, encodeURIComponent(error instanceof Error ? error.message : 'unknown'));
    message.respond(undefined, { headers: refusal });
  }
}
