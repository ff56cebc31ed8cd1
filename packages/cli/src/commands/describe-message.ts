import type { MessageSummary, MessageView } from '../messages-client.ts';
import { table } from '../table.ts';

export function listMessages(messages: readonly MessageSummary[]): string {
  if (messages.length === 0) return 'There are no such messages.';
  return table(
    ['ID', 'PUBLISHED', 'TOPIC', 'USER', 'TYPE', 'KEPT', 'DELIVERED'],
    messages.map(({ id, publishedAt, topic, user, messageType, retention, delivered }) => [
      id,
      publishedAt,
      topic,
      user ?? '-',
      messageType ?? '-',
      retention,
      delivered ? 'yes' : 'no',
    ]),
  );
}

/** A message in words, one fact a line, and its payload below. */
export function describeMessage(message: MessageView): string {
  const facts: [string, string | null][] = [
    ['Id', message.id],
    ['Topic', message.topic],
    ['Message id', message.messageId],
    ['User', message.user],
    ['Published', message.publishedAt],
    ['Kept by', message.retention],
    ['Type', message.messageType],
    ['Answers topic', message.sourceTopic],
    ['Answers go to', message.responseTopic],
    ['Request context', message.requestContext],
    ['Bytes', String(message.bytes)],
    ['Acknowledged by', message.deliveries.map(({ user }) => user).join(', ') || null],
  ];
  const lines = facts.filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}`);
  return [...lines, '', contentOf(message)].join('\n');
}

function contentOf({ content, id }: MessageView): string {
  if (!content) return `The frame is too large to be shown: the API has it at messages/${id}/frame.`;
  const { payload, properties } = content;
  const known = `Properties: ${JSON.stringify(properties)}`;
  if (!payload) return known;
  const { kind, text, bytes, truncated } = payload;
  const what = `Payload (${kind}, ${bytes} bytes${truncated ? ', the beginning' : ''}):`;
  return [known, what, kind === 'json' && !truncated ? JSON.stringify(JSON.parse(text), null, 2) : text].join(
    '\n',
  );
}
