import type { Slug } from '@dasf-broker/protocol';
import { topicToken } from '@dasf-broker/registry';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { decodeEvent, EventError, encodeEvent } from './event-codec.ts';
import { type DeliverableEvent, isDeliverable } from './events.ts';
import type { Subjects } from './subjects.ts';

/** Where a live event stands in the log; absent where it is not stored (retention `disabled`). */
export interface LivePlace {
  readonly sequence: number;
  /** The previous one of the same type and topic; 0 where there is none or the log was truncated. */
  readonly previous: number;
}

export interface LiveEvent {
  readonly event: DeliverableEvent;
  readonly place: LivePlace | undefined;
}

export interface LiveSubscription {
  /** Resolves when the server has the subscription: what is stored from then on comes. */
  readonly ready: Promise<void>;
  close(): void;
}

/**
 * Listens to a topic's frames as they pass by. Core NATS: at most once, in the order of the log.
 *
 * @param unreadable is told of what stands on the subject and is no event
 */
export function subscribeLive(
  nc: NatsConnection,
  subjects: Subjects,
  topic: Slug,
  receive: (live: LiveEvent) => void,
  unreadable: (error: unknown) => void,
): LiveSubscription {
  const token = topicToken(topic);
  const subscription = nc.subscribe(subjects.live(topic), {
    callback: (error, message) => {
      try {
        if (error) throw error;
        const event = decodeEvent(message.headers, message.data);
        // The subject says what it is: by that the server judged who may write it.
        if (!isDeliverable(event) || !message.subject.endsWith(`.${event.type}.${token}`))
          throw new EventError(`A ${event.type} event cannot stand on ${message.subject}.`);
        // Long names are hashed on subjects; the event has the name itself.
        if (event.topic === topic) receive({ event, place: placeOf(message) });
      } catch (reason) {
        unreadable(reason);
      }
    },
  });
  return { ready: nc.flush(), close: () => subscription.unsubscribe() };
}

/** Hands an event that is not to be stored to whoever listens now; resolves when the server has it. */
export async function publishLive(
  nc: NatsConnection,
  subjects: Subjects,
  partition: number,
  event: DeliverableEvent,
): Promise<void> {
  const { headers, body } = encodeEvent(event);
  nc.publish(subjects.passing(partition, event), body, { headers: headers.forNats });
  await nc.flush();
}

function placeOf(message: Msg): LivePlace | undefined {
  const said = message.headers?.get('Nats-Sequence');
  if (!said) return undefined;
  const sequence = Number(said);
  const previous = Number(message.headers?.get('Nats-Last-Sequence') || 0);
  if (![sequence, previous].every(Number.isSafeInteger)) throw new EventError(`There is no place ${said}.`);
  return { sequence, previous };
}
