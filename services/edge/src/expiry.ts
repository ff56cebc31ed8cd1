/** `setTimeout` fires at once for anything longer. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * Calls back at a point in time, however far away (AUT-4).
 *
 * @param at milliseconds since the epoch
 * @returns what calls it off
 */
export function callAt(at: number, callback: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = () => {
    const left = at - Date.now();
    timer =
      left > LONGEST_TIMEOUT_MS
        ? setTimeout(arm, LONGEST_TIMEOUT_MS)
        : setTimeout(callback, Math.max(left, 0));
  };
  arm();
  return () => clearTimeout(timer);
}
