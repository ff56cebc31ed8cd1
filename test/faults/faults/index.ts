import { CLUSTER } from './cluster.ts';
import { CONTENTS } from './contents.ts';
import { FULL_DISKS } from './disks.ts';
import type { Fault } from './fault.ts';
import { FAULTPOINTS } from './faultpoints.ts';
import { KILLS } from './kills.ts';
import { LINES } from './lines.ts';
import { PAUSES } from './pauses.ts';
import { POWER_CUTS } from './power.ts';
import { READERS } from './readers.ts';
import { RELEASES } from './releases.ts';
import { RESTORES } from './restore.ts';
import { WRONG_LOGS } from './wrong-log.ts';

export type { Fault } from './fault.ts';

/** What is run where nothing else is asked for: some of each kind, in less than ten minutes. */
export const SHORT_SET = ['F0', 'F1', 'F2', 'F2n', 'F6', 'F7', 'F8', 'F10', 'F17', 'F33'];

/** All that there are, by their number in the list of faults. */
export const FAULTS: readonly Fault[] = [
  ...KILLS,
  ...PAUSES,
  ...POWER_CUTS,
  ...FAULTPOINTS,
  ...LINES,
  ...FULL_DISKS,
  ...CONTENTS,
  ...RELEASES,
  ...RESTORES,
  ...READERS,
  ...WRONG_LOGS,
  ...CLUSTER,
].toSorted((a, b) => numberOf(a) - numberOf(b) || a.id.localeCompare(b.id));

function numberOf({ id }: Fault): number {
  return Number.parseInt(id.slice(1), 10);
}
