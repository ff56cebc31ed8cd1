export * from './errors.ts';
export * from './registry.ts';
export * from './topic.ts';
export type { TopicChange } from './topic-copy.ts';
export { topicToken } from './topic-token.ts';
