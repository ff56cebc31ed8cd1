import { parsePermissions } from '@dasf-broker/access';
import { duration } from '@dasf-broker/config';
import { CliFault } from '../fault.ts';

/** A hundred years: whoever asks for more has mistyped. */
const LONGEST_DAYS = 36_500;

export const PERMISSION_HELP =
  'such as can_produce:weather, can_consume:weather-*, add_brokertopic, administer (repeatable)';

/** @throws {CliFault} naming the first that is no permission */
export function knownPermissions(permissions: readonly string[]): readonly string[] {
  const [unknown] = parsePermissions(permissions).ignored;
  if (unknown === undefined) return permissions;
  throw new CliFault(
    `${JSON.stringify(unknown)} is no permission: take add_brokertopic, administer, or can_produce, can_consume or can_view_status with a topic, such as can_produce:weather or can_produce:weather-*.`,
  );
}

/** @throws {CliFault} where it is no lifetime */
export function secondsOf(ttl: string): number {
  const { parse } = duration({ min: 1000, max: LONGEST_DAYS * 86_400_000 });
  try {
    return parse(ttl) / 1000;
  } catch (cause) {
    throw new CliFault(
      `--ttl is ${JSON.stringify(ttl)}; it takes a duration such as 30s, 10min, 24h or 30d, from 1s to ${LONGEST_DAYS}d.`,
      { cause },
    );
  }
}
