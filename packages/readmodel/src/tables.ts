/**
 * What the log folds into. Beside these, `projection` says how far, and belongs to the stores that fold as well as
 * to what is folded.
 */
export const READ_MODEL_TABLES = [
  'topic',
  'topic_grant',
  'topic_tombstone',
  'consumer',
  'presence',
  'message',
  'message_piece',
  'open_request',
  'delivery',
  'acknowledged',
  'operator_act',
  'import_progress',
  'dead_event',
] as const;

export type ReadModelTable = (typeof READ_MODEL_TABLES)[number];
