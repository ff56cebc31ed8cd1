/** An upgrade is answered within 2 s, whoever is away (URL-6). */
const PATIENCE_MS = 1500;

/** What the work comes to; rejects where that takes too long. */
export async function inTime<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Nobody answered in time.')), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
