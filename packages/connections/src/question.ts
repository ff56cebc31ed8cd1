/** A connection that an edge holds. */
export interface OpenConnection {
  /** As the edge's log names it. */
  readonly id: string;
  readonly edge: string;
  readonly kind: 'producer' | 'consumer' | 'pong';
  readonly topic: string | null;
  readonly subscription: string | null;
  readonly user: string;
  /** The address that it came from, or that of its network. */
  readonly address: string;
  /** The id of the service token that it came with. */
  readonly serviceToken: string | null;
  /** RFC 3339 */
  readonly since: string;
  /** Bytes that it has not taken yet. */
  readonly unsentBytes: number;
}

/** Which connections are asked for; what is left out makes no difference. */
export interface ConnectionFilter {
  readonly edge?: string | undefined;
  readonly kind?: string | undefined;
  readonly topic?: string | undefined;
  readonly user?: string | undefined;
}

export interface ListQuestion {
  readonly type: 'list';
  readonly filter: ConnectionFilter;
  /** Only those whose ids come after this one. */
  readonly after: string;
  readonly limit: number;
}

export interface EndQuestion {
  readonly type: 'end';
  readonly connection: string;
}

export type ConnectionQuestion = ListQuestion | EndQuestion;

/** What one edge says. */
export interface ConnectionAnswer {
  readonly edge: string;
  /** Of a list: the first of them, by id. */
  readonly connections: readonly OpenConnection[];
  /** There are more of them. */
  readonly more: boolean;
  /** It had the connection, and ended it. */
  readonly ended: boolean;
}

/** A page of as many fits into what NATS takes at a time, however long its names. */
export const LARGEST_PAGE = 200;

/** Reads a question; `undefined` where it is none. */
export function questionIn(text: string): ConnectionQuestion | undefined {
  const question = parsed(text) as Partial<ListQuestion & EndQuestion & { type: string }>;
  const { type, filter, after, limit, connection } = question;
  const isList =
    type === 'list' &&
    typeof filter === 'object' &&
    filter !== null &&
    typeof after === 'string' &&
    Number.isSafeInteger(limit);
  const isEnd = type === 'end' && typeof connection === 'string';
  return isList || isEnd ? (question as ConnectionQuestion) : undefined;
}

/** Reads an answer; `undefined` where it is none. */
export function answerIn(text: string): ConnectionAnswer | undefined {
  const answer = parsed(text) as Partial<ConnectionAnswer>;
  const { edge, connections, more, ended } = answer;
  const isAnswer =
    typeof edge === 'string' &&
    typeof more === 'boolean' &&
    typeof ended === 'boolean' &&
    Array.isArray(connections) &&
    connections.every((connection) => typeof connection?.id === 'string');
  return isAnswer ? (answer as ConnectionAnswer) : undefined;
}

function parsed(text: string): object {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
