const POLL_MS = 2;

/** @throws {Error} with what is missing, where it takes longer than so many milliseconds */
export async function until(isDone: () => boolean, patience: number, missing: () => string): Promise<void> {
  const deadline = performance.now() + patience;
  while (!isDone()) {
    if (performance.now() > deadline) throw new Error(missing());
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
