export { Bucket, type BucketOptions, type RegistryOptions } from './bucket.ts';
export { RegistryError } from './errors.ts';
export { LeaderReads } from './leader-reads.ts';
export { Patience } from './patience.ts';
export * from './registry.ts';
export { RegistryWatch, type WatchedCopy } from './registry-watch.ts';
export * from './topic.ts';
export type { TopicChange } from './topic-copy.ts';
export { topicToken } from './topic-token.ts';
