import type { Subjects } from '@dasf-broker/log';
import { errors, type NatsConnection } from '@nats-io/transport-node';
import { KnownEdges } from './known-edges.ts';
import {
  answerIn,
  type ConnectionAnswer,
  type ConnectionFilter,
  type ConnectionQuestion,
  type EndQuestion,
  type ListQuestion,
  type OpenConnection,
} from './question.ts';

export interface ConnectionList {
  readonly connections: readonly OpenConnection[];
  /** The id after which the next page begins; `null` at the end. */
  readonly next: string | null;
  /** Edges that live and did not answer: what they hold is missing. */
  readonly silent: readonly string[];
}

interface Gathered {
  readonly answers: readonly ConnectionAnswer[];
  readonly silent: readonly string[];
}

/** The connections of all edges. Each question goes to all of them, and waits until each has answered. */
export class EdgeConnections implements Disposable {
  readonly #nc: NatsConnection;
  readonly #subjects: Subjects;
  readonly #patience: number;
  readonly #known: KnownEdges;
  /** @param patience milliseconds that edges have to answer */
  constructor(nc: NatsConnection, subjects: Subjects, patience = 1000) {
    this.#nc = nc;
    this.#subjects = subjects;
    this.#patience = patience;
    this.#known = new KnownEdges(nc, subjects);
  }

  /** By id, a page at a time. */
  async list(filter: ConnectionFilter, after: string, limit: number): Promise<ConnectionList> {
    const question: ListQuestion = { type: 'list', filter, after, limit };
    const { answers, silent } = await this.#ask(question, () => false);
    const all = answers
      .flatMap(({ connections }) => connections)
      .sort((one, other) => (one.id < other.id ? -1 : 1));
    const connections = all.slice(0, limit);
    const isEnd = all.length <= limit && !answers.some(({ more }) => more);
    return { connections, next: isEnd ? null : (connections.at(-1)?.id ?? null), silent };
  }

  /** Ends one so that its client comes back. */
  async end(connection: string): Promise<{ readonly ended: boolean; readonly silent: readonly string[] }> {
    const question: EndQuestion = { type: 'end', connection };
    const isEnded = (answers: readonly ConnectionAnswer[]) => answers.some(({ ended }) => ended);
    const { answers, silent } = await this.#ask(question, isEnded);
    return { ended: isEnded(answers), silent };
  }

  [Symbol.dispose](): void {
    this.#known[Symbol.dispose]();
  }

  /** @param suffices whether these answers are enough */
  async #ask(
    question: ConnectionQuestion,
    suffices: (answers: readonly ConnectionAnswer[]) => boolean,
  ): Promise<Gathered> {
    const answers: ConnectionAnswer[] = [];
    const missing = () => {
      const heard = new Set(answers.map(({ edge }) => edge));
      return this.#known.all().filter((edge) => !heard.has(edge));
    };
    for await (const answer of this.#answers(question)) {
      answers.push(answer);
      // Before heartbeats came, nobody knows how many edges there are.
      if (suffices(answers) || (this.#known.isComplete && missing().length === 0)) break;
    }
    return { answers, silent: suffices(answers) ? [] : missing() };
  }

  async *#answers(question: ConnectionQuestion): AsyncGenerator<ConnectionAnswer> {
    const options = { strategy: 'timer', maxWait: this.#patience } as const;
    const subject = this.#subjects.connectionQuestions();
    try {
      for await (const message of await this.#nc.requestMany(subject, JSON.stringify(question), options)) {
        const answer = answerIn(message.string());
        if (answer) yield answer;
      }
    } catch (error) {
      // No edge is there.
      if (!(error instanceof errors.RequestError || error instanceof errors.NoRespondersError)) throw error;
    }
  }
}
