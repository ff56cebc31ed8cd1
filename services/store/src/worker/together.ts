/**
 * Runs tasks until the signal is aborted or one of them fails, which ends the others.
 *
 * @throws what the first one failed with, once all have ended
 */
export async function together(
  signal: AbortSignal,
  tasks: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  const faults: unknown[] = [];
  await Promise.all(
    tasks.map((task) =>
      task(ending.signal).catch((fault: unknown) => {
        faults.push(fault);
        end();
      }),
    ),
  );
  signal.removeEventListener('abort', end);
  if (faults.length > 0) throw faults[0];
}
