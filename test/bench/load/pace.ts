/** Either so many a second, or so many under way at a time for each of them that send. */
export type Pace = { readonly rate: number } | { readonly inFlight: number };

const TICK_MS = 1;

/**
 * Calls `send` so often a second, each time with the moment at which it was due; resolves after so many seconds.
 * What became of earlier ones is of no matter: that is what keeps a broker that stalls from being asked less.
 */
export async function atRate(rate: number, seconds: number, send: (due: number) => void): Promise<void> {
  const began = performance.now();
  const count = Math.round(rate * seconds);
  let sent = 0;
  while (sent < count) {
    const due = began + (sent * 1000) / rate;
    const now = performance.now();
    if (due <= now) {
      send(due);
      sent += 1;
    } else {
      await new Promise((resolve) => setTimeout(resolve, Math.max(due - now, TICK_MS)));
    }
  }
}
