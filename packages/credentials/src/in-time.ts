/** An upgrade is answered within 2 s, whoever is away (URL-6). */
export const PATIENCE_MS = 1500;

/**
 * What the work comes to; rejects where that takes too long. It does not begin where it is too late already.
 *
 * @param until on the clock of `performance`
 */
export async function inTime<T>(work: () => Promise<T>, until = performance.now() + PATIENCE_MS): Promise<T> {
  const left = until - performance.now();
  if (left <= 0) throw late();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), left);
  });
  const working = work();
  working.catch(() => {});
  try {
    return await Promise.race([working, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

function late(): Error {
  return new Error('Nobody answered in time.');
}
