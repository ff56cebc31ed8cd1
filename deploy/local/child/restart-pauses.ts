const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** Who ran this long had recovered: the next death counts as a first one. */
const RAN_WELL_MS = 60_000;

/** The pause before a child is started again: doubled with each death, short again after it ran well. */
export function pauseAfter(previousPause: number | undefined, ranForMs: number): number {
  if (previousPause === undefined || ranForMs >= RAN_WELL_MS) return FIRST_MS;
  return Math.min(previousPause * 2, LONGEST_MS);
}
