import { type Finding, failed, ok, warning } from './finding.ts';

/** Older servers lack what the log is built on: atomic batches. */
const OLDEST_THAT_WORKS = '2.12.0';
/** Older servers are known to lose or to damage stored messages. */
const OLDEST_FIT_FOR_DURABILITY = '2.12.12';
const PATIENCE_MS = 5000;

export function versionFinding(version: string): Finding {
  const name = 'NATS version';
  const todo = 'Update nats-server: 2.15 is best.';
  if (isOlder(version, OLDEST_THAT_WORKS))
    return failed(name, `${version}, but the log needs ${OLDEST_THAT_WORKS} or newer`, todo);
  if (isOlder(version, OLDEST_FIT_FOR_DURABILITY))
    return warning(name, `${version}: it may lose messages that it confirmed`, todo);
  return ok(name, version);
}

function isOlder(version: string, least: string): boolean {
  return version.localeCompare(least, 'en', { numeric: true }) < 0;
}

/** @param monitoring where nats-server's own monitoring is; it alone tells */
export async function syncFinding(monitoring: string | undefined): Promise<Finding> {
  const name = 'NATS sync';
  const todo = 'Set "sync_interval: always" in the jetstream block of each nats-server.';
  if (monitoring === undefined) {
    const how = 'Say where the monitoring of nats-server is (--nats-monitoring http://127.0.0.1:8222). ';
    return warning(name, 'whether it syncs before it confirms cannot be seen from here', `${how}${todo}`);
  }
  try {
    const response = await fetch(new URL('/varz', monitoring), { signal: AbortSignal.timeout(PATIENCE_MS) });
    const { jetstream } = (await response.json()) as { jetstream?: { config?: { sync_always?: boolean } } };
    if (jetstream?.config?.sync_always) return ok(name, 'messages are on the disk before they are confirmed');
    return failed(name, 'messages that were confirmed are lost when the power is', todo);
  } catch (error) {
    return warning(
      name,
      `its monitoring at ${monitoring} cannot be read (${(error as Error).message})`,
      todo,
    );
  }
}
