import type { Subjects } from '@dasf-broker/log';
import type { NatsConnection } from '@nats-io/transport-node';
import {
  type ConnectionAnswer,
  type ConnectionFilter,
  type ConnectionQuestion,
  LARGEST_PAGE,
  type OpenConnection,
  questionIn,
} from './question.ts';

/** What an edge has to tell. */
export interface ConnectionHolder {
  /** Its name in presence events. */
  readonly edge: string;
  all(): Iterable<OpenConnection>;
  /** Ends it so that its client comes back; false where there is no such connection. */
  end(id: string): boolean;
}

/** Answers every question until it is closed. */
export function serveConnections(
  nc: NatsConnection,
  subjects: Subjects,
  holder: ConnectionHolder,
): { close(): void } {
  const subscription = nc.subscribe(subjects.connectionQuestions(), {
    callback: (error, message) => {
      const question = error ? undefined : questionIn(message.string());
      if (question) message.respond(JSON.stringify(answerTo(question, holder)));
    },
  });
  return { close: () => subscription.unsubscribe() };
}

function answerTo(question: ConnectionQuestion, holder: ConnectionHolder): ConnectionAnswer {
  const { edge } = holder;
  if (question.type === 'end')
    return { edge, connections: [], more: false, ended: holder.end(question.connection) };
  const { filter, after, limit } = question;
  const found = [...holder.all()]
    .filter((connection) => connection.id > after && matches(connection, filter))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const most = Math.min(limit, LARGEST_PAGE);
  return { edge, connections: found.slice(0, most), more: found.length > most, ended: false };
}

function matches(connection: OpenConnection, { edge, kind, topic, user }: ConnectionFilter): boolean {
  return (
    (edge === undefined || connection.edge === edge) &&
    (kind === undefined || connection.kind === kind) &&
    (topic === undefined || connection.topic === topic) &&
    (user === undefined || connection.user === user)
  );
}
