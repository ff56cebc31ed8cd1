import type { LogRecord, OperatorAct } from '@dasf-broker/log';
import type { Changes } from './changes.ts';

/** The first event of an id is what was begun, one with an outcome says what came of it. */
export function foldOperatorAct(changes: Changes, { event, sequence, time }: LogRecord<OperatorAct>): void {
  const known = changes.acts.get(event.id) ?? { begun: undefined, outcome: undefined };
  if (event.outcome !== undefined) changes.acts.set(event.id, { ...known, outcome: event.outcome });
  else if (!known.begun) changes.acts.set(event.id, { ...known, begun: { sequence, time, event } });
}
