export type Right = 'can_produce' | 'can_consume' | 'can_view_status';

export interface User {
  readonly name: string;
  /** What says on a websocket who it is. */
  readonly token: Readonly<Record<string, string>>;
  /** What says in an HTTP request who it is. */
  readonly httpHeaders: Readonly<Record<string, string>>;
  /** What a browser sends of its own accord where this user is signed in. */
  readonly cookie: Readonly<Record<string, string>>;
}

export interface TopicSettings {
  readonly public?: boolean;
  readonly supportsDasf?: boolean;
  readonly storeMessages?: 'disabled' | 'cache' | 'cacheall' | 'store';
}

export type Rights = Readonly<Partial<Record<Right, readonly User[]>>>;

/** A broker as a comparison sees it, whichever of the two it is. */
export interface ComparedBroker {
  /** Where its websocket addresses begin. */
  readonly websockets: string;
  /** Where its status and ping are. */
  readonly api: string;
  readonly anonymous: User;
  /**
   * Somebody new.
   *
   * @param permissions `add_brokertopic`, and rights that are to hold for all topics
   */
  user(...permissions: readonly ('add_brokertopic' | Right)[]): Promise<User>;
  /** A topic that an operator makes. */
  topic(settings?: TopicSettings, rights?: Rights): Promise<string>;
  change(topic: string, settings: TopicSettings): Promise<void>;
  grant(topic: string, rights: Rights): Promise<void>;
  revoke(topic: string, rights: Rights): Promise<void>;
  remove(topic: string): Promise<void>;
  /** The description of its module's functions that is stored on a topic. */
  apiInfo(topic: string): Promise<unknown>;
  /** Makes the last ping and the last pong of a topic this old. */
  age(topic: string, pingSeconds: number, pongSeconds: number | null): Promise<void>;
  /** Lets a minute or ten pass, and what is done every minute be done. */
  pass(minutes: 1 | 10): Promise<void>;
  /** As for an update. */
  stop(): Promise<void>;
}

/** A name that nothing else has. */
export function newName(): string {
  return `t-${crypto.randomUUID().slice(0, 13)}`;
}
