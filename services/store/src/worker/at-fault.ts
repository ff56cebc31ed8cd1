import { FoldError } from '../fold/fold-error.ts';

/** Classes of SQLSTATE by which an event itself is at fault: its data, or a constraint. */
const AT_FAULT = new Set(['22', '23']);
/** An index entry that is too large is the event's fault, too, unlike the rest of its class. */
const TOO_LARGE = '54000';

/**
 * True where trying the same again would fail again for ever. All else passes, if only by an operator's hand:
 * no connection, a full disk, a schema that is not there yet.
 */
export function isAtFault(error: unknown): error is Error {
  if (error instanceof FoldError) return true;
  const state = sqlStateOf(error);
  return state !== undefined && (AT_FAULT.has(state.slice(0, 2)) || state === TOO_LARGE);
}

function sqlStateOf(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code } = at as { code?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return code;
  }
  return undefined;
}
