import { randomUUID } from 'node:crypto';
import { ACTS_PARTITION, AppendError, type Appender, type OperatorAct } from '@dasf-broker/log';
import type { Logger } from '@dasf-broker/telemetry';
import { problemOf } from '../problem.ts';

/** Every kind of act that is recorded. */
export const ACTS = [
  'topic-create',
  'topic-change',
  'topic-delete',
  'topic-ping',
  'topic-collect',
  'message-read',
  'message-remove',
  'message-send-again',
  'connection-end',
  'service-token-create',
  'service-token-revoke',
] as const;

/** What an operator wants to do. */
export interface Act {
  readonly act: (typeof ACTS)[number];
  readonly user: string;
  readonly topic?: string;
  readonly target?: string;
  /** What is asked for. */
  readonly change?: unknown;
}

/** These take rights away: that must not fail for want of a log. */
const EVEN_UNRECORDED: ReadonlySet<Act['act']> = new Set([
  'topic-change',
  'connection-end',
  'service-token-revoke',
]);

/**
 * Who did what, kept in the log. An act is recorded before it is done and not done where it cannot be, but for those
 * that take rights away; what came of it is recorded after it.
 */
export class AuditTrail {
  readonly #appender: Pick<Appender, 'append'>;
  readonly #logger: Pick<Logger, 'info' | 'warn'>;

  constructor(appender: Pick<Appender, 'append'>, logger: Pick<Logger, 'info' | 'warn'>) {
    this.#appender = appender;
    this.#logger = logger;
  }

  /**
   * @param work does it; how it fails is how this fails
   * @throws {AppendError} where the act cannot be recorded
   */
  async record<T>(act: Act, work: () => Promise<T>): Promise<T> {
    const event = eventOf(act);
    await this.#begin(act, event);
    try {
      const done = await work();
      await this.#end(event, 'done');
      return done;
    } catch (error) {
      await this.#end(event, problemOf(error).code);
      throw error;
    }
  }

  async #begin(act: Act, event: OperatorAct): Promise<void> {
    this.#logger.info({ operatorAct: act }, 'an operator acts');
    try {
      await this.#appender.append(ACTS_PARTITION, event);
    } catch (error) {
      if (!(error instanceof AppendError && EVEN_UNRECORDED.has(act.act))) throw error;
      this.#logger.warn({ err: error, operatorAct: act }, 'an act could not be recorded, and is done');
    }
  }

  async #end({ change: _, ...event }: OperatorAct, outcome: string): Promise<void> {
    try {
      await this.#appender.append(ACTS_PARTITION, { ...event, change: '', outcome });
    } catch (error) {
      this.#logger.warn({ err: error, id: event.id, outcome }, 'what came of an act could not be recorded');
    }
  }
}

function eventOf({ change, ...act }: Act): OperatorAct {
  const asked = change === undefined || change === null ? '' : JSON.stringify(change);
  return { type: 'operator-act', id: randomUUID(), ...act, change: asked };
}
