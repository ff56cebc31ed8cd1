const MINUTE_MS = 60_000;
/** What asks for a topic's status may take so long. */
const NEEDED_MS = 10_000;
/** The pings of a full minute have all been sent so long after it. */
const LATE_MS = 3000;

/** AVL-5: every topic is pinged each full minute, which changes its status. Waits until that is some time away. */
export async function betweenPings(): Promise<void> {
  const past = Date.now() % MINUTE_MS;
  if (past < LATE_MS) await pause(LATE_MS - past);
  else if (past > MINUTE_MS - NEEDED_MS) await pause(MINUTE_MS - past + LATE_MS);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
