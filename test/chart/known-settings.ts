import { apiSpecs } from '@dasf-broker/api';
import { describeSettings, logSpecs } from '@dasf-broker/config';
import { edgeSpecs } from '@dasf-broker/edge';
import { migrationSpecs, storeSpecs } from '@dasf-broker/store';

/** What each workload of the chart reads of its environment. */
export const SPECS = {
  edge: edgeSpecs,
  store: storeSpecs,
  api: apiSpecs,
  migration: { ...logSpecs, ...migrationSpecs },
};

/** The chart cannot ask the services: it has the names of what they read in a file. */
export function settingsFile(): string {
  const names = Object.entries(SPECS).map(([part, specs]) => [
    part,
    describeSettings(specs).map(({ name }) => name),
  ]);
  return `${JSON.stringify(Object.fromEntries(names), null, 2)}\n`;
}
