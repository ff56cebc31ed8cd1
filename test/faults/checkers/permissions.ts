import type { RightChanged } from '../history/records.ts';
import { type IndexedRun, of, type Violation } from './index-run.ts';

/** DLV-5 */
const GRACE_MS = 2000;

/**
 * Nothing comes to who may not have it: readers may always; others only what was published before their right was
 * taken, or within two seconds after that was answered, or what comes after it was given again.
 */
export function permissions(run: IndexedRun): Violation[] {
  const changes = Map.groupBy(of(run, 'right'), ({ topic, user }) => `${user} ${topic}`);
  return of(run, 'deliver').flatMap(({ id, topic, user, t, connection }) => {
    if (run.topicOf.get(topic)?.readers.includes(user)) return [];
    const publishedAt = run.attempts.get(id)?.t ?? 0;
    const rights = changes.get(`${user} ${topic}`);
    if (rights && mayHaveBeenAllowed(rights, publishedAt, t)) return [];
    return [{ checker: 'permissions', what: `${id} of ${topic} came to ${user} on ${connection}` }];
  });
}

/** True where there was a moment from publishing to delivery at which the right may have stood. */
function mayHaveBeenAllowed(rights: readonly RightChanged[], publishedAt: number, t: number): boolean {
  let takenAt: number | undefined;
  for (const { phase, granted, outcome, t: at } of rights) {
    if (at > t) break;
    // From the question on it may be given; only from the answer on it is taken.
    if (granted) takenAt = undefined;
    else if (phase === 'answered' && outcome === 'ok') takenAt = at;
  }
  return takenAt === undefined || publishedAt <= takenAt + GRACE_MS;
}
