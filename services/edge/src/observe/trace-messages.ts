import type { Slug } from '@dasf-broker/protocol';
import type { Traces } from '@dasf-broker/telemetry';
import type { TakeFrame } from '../answering-connection.ts';

/** Has a span of each frame, from its coming to its answer; what follows from it belongs to the same trace. */
export function tracePublishing(traces: Traces, topic: Slug, take: TakeFrame): TakeFrame {
  if (!traces.isOn) return take;
  return async (frame, arrived) => {
    const span = traces.begin('publish', {
      kind: 'producer',
      parent: frame.traceparent,
      began: arrived,
      attributes: attributesOf(topic, frame.messageId),
    });
    try {
      const taken = await take({ ...frame, traceparent: span.traceparent }, arrived);
      taken.done.then(() => span.end(), span.end);
      return taken;
    } catch (error) {
      span.end(error);
      throw error;
    }
  };
}

/** Has a span of the moment at which a message that is traced was handed to a consumer's connection. */
export function traceDelivery(
  traces: Traces,
  topic: Slug,
  messageId: string,
  parent: string | undefined,
): void {
  if (!traces.isOn || parent === undefined) return;
  traces.begin('deliver', { kind: 'consumer', parent, attributes: attributesOf(topic, messageId) }).end();
}

/** As OpenTelemetry names them for messaging; never what is in a message. */
function attributesOf(topic: Slug, messageId: string | undefined) {
  return {
    'messaging.system': 'dasf',
    'messaging.destination.name': topic,
    ...(messageId === undefined ? {} : { 'messaging.message.id': messageId }),
  };
}
