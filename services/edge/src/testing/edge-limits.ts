import { createLogger } from '@dasf-broker/telemetry';
import { EdgeLimits } from '../limits/edge-limits.ts';
import { type Limits, limitSettings, limitSpecs } from '../limits/settings.ts';

/** The limits of an edge that nobody configured, but for those that a test sets. */
export function testLimits(settings: Partial<Limits> = {}): EdgeLimits {
  const values = Object.fromEntries(
    Object.entries(limitSpecs).map(([name, setting]) => [name, setting.fallback?.value]),
  ) as Parameters<typeof limitSettings>[0];
  const logger = createLogger({ name: 'test', level: 'silent' });
  return new EdgeLimits({ ...limitSettings(values), ...settings }, [], logger);
}
