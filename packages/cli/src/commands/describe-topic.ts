import { ANONYMOUS } from '@dasf-broker/protocol';
import type { TopicStatus, TopicView } from '../topics-client.ts';

/** A topic in words, one fact a line. */
export function describeTopic({ name, grants, ...topic }: TopicView): string {
  return [
    `Topic: ${name}`,
    ...(topic.responseFor === null ? [] : [`Answers of: ${topic.responseFor}`]),
    `Public: ${yesNo(topic.public)}`,
    `Supports DASF: ${yesNo(topic.supportsDasf)}`,
    `Store messages: ${topic.storeMessages}`,
    `Consumers: ${users(grants.can_consume)}`,
    `Producers: ${users(grants.can_produce)}`,
    `Users that can view the status: ${users(grants.can_view_status)}`,
    ...(topic.websocketUrl ? [`Address: ${topic.websocketUrl}`] : []),
    ...(topic.status ? [`Status: ${statusOf(topic.status)}`] : []),
  ].join('\n');
}

export function listTopics(topics: readonly TopicView[]): string {
  if (topics.length === 0) return 'There are no topics.';
  const width = Math.max(...topics.map(({ name }) => name.length));
  return topics.map((topic) => `${topic.name.padEnd(width)}  ${remarks(topic)}`.trimEnd()).join('\n');
}

function remarks(topic: TopicView): string {
  return [
    topic.public ? 'public' : '',
    topic.grants.can_consume.includes(ANONYMOUS) ? 'anonymous consumers' : '',
    topic.supportsDasf ? '' : 'no DASF',
    topic.storeMessages === 'default' ? '' : topic.storeMessages,
    topic.responseFor === null ? '' : `answers of ${topic.responseFor}`,
    topic.status ? statusOf(topic.status) : '',
  ]
    .filter((remark) => remark !== '')
    .join(', ');
}

function statusOf({ availability, consumers, pending, stored, storedResponses }: TopicStatus): string {
  const counts = `pending: ${pending}, stored: ${stored}, stored responses: ${storedResponses}`;
  return `${availability}, connections: ${consumers}, ${counts}`;
}

const yesNo = (value: boolean) => (value ? 'yes' : 'no');
const users = (names: readonly string[]) => (names.length === 0 ? '-' : names.join(', '));
