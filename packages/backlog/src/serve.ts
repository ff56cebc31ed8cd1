import type { Subjects } from '@dasf-broker/log';
import { headers, type Msg, type NatsConnection } from '@nats-io/transport-node';
import { ERROR_HEADER } from './ask.ts';
import { type BacklogPage, encodePage } from './page-codec.ts';
import type { BacklogQuestion } from './question.ts';

/** Answers one question; rejects with an error whose message may be told to an edge. */
export type BacklogAnswerer = (question: BacklogQuestion) => Promise<BacklogPage>;

/** Answers the questions on a partition until it is closed. */
export function serveBacklog(
  nc: NatsConnection,
  subjects: Subjects,
  partition: number,
  answer: BacklogAnswerer,
): { close(): void } {
  const subscription = nc.subscribe(subjects.backlog(partition), {
    callback: (error, message) => {
      if (!error) void respond(message, answer);
    },
  });
  return { close: () => subscription.unsubscribe() };
}

async function respond(message: Msg, answer: BacklogAnswerer): Promise<void> {
  try {
    message.respond(encodePage(await answer(message.json<BacklogQuestion>())));
  } catch (error) {
    const refusal = headers();
    refusal.set(ERROR_HEADER, encodeURIComponent(error instanceof Error ? error.message : 'unknown'));
    message.respond(undefined, { headers: refusal });
  }
}
