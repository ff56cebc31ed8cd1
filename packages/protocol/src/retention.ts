/**
 * How long a message is kept (protocol section 8).
 *
 * - `disabled`: handed to connected consumers only, never stored.
 * - `cache`: until the first acknowledgement by anyone.
 * - `cacheall`: until every consumer of the topic acknowledged it.
 * - `store`: for ever, with a record of each delivery.
 */
export const RETENTIONS = ['disabled', 'cache', 'cacheall', 'store'] as const;

export type Retention = (typeof RETENTIONS)[number];

export function isRetention(value: string): value is Retention {
  return (RETENTIONS as readonly string[]).includes(value);
}
