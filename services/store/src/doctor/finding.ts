/** What is known of one thing that the broker depends on. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'failed';
  readonly says: string;
  /** What to do about it. */
  readonly todo?: string;
}

export const ok = (name: string, says: string): Finding => ({ name, state: 'ok', says });
export const warning = (name: string, says: string, todo: string): Finding => ({
  name,
  state: 'warning',
  says,
  todo,
});
export const failed = (name: string, says: string, todo: string): Finding => ({
  name,
  state: 'failed',
  says,
  todo,
});

const LEEWAY_MS = 1000;
/** By which tokens may be early or late. */
const TOLERATED_MS = 30_000;

/**
 * How far another clock is from this one.
 *
 * @param theirs its time; @param asked when it was asked for; both in milliseconds since the epoch
 */
export function clockFinding(name: string, theirs: number, asked: number, answered = Date.now()): Finding {
  // Somewhere in between it was read.
  const ahead = theirs > answered ? theirs - answered : Math.min(0, theirs - asked);
  const says = `its clock is ${Math.abs(ahead / 1000).toFixed(1)} s ${ahead < 0 ? 'behind' : 'ahead of'} this one`;
  const todo = 'Have NTP set the clocks of all machines (chrony, systemd-timesyncd).';
  if (Math.abs(ahead) > TOLERATED_MS) return failed(name, says, todo);
  if (Math.abs(ahead) > LEEWAY_MS) return warning(name, says, todo);
  return ok(name, 'its clock is this one');
}
