import type { ImportProgressed, LogRecord } from '@dasf-broker/log';
import type { Changes } from './changes.ts';

/** What another broker held has come over as far as this. */
export function foldImported(changes: Changes, { event }: LogRecord<ImportProgressed>): void {
  const { source, topics, messages } = event;
  changes.imports.set(source, { topics, messages });
}
