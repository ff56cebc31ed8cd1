import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ConfigFault, SettingDescription, SettingsReport } from '@dasf-broker/config';
import type { Context } from './context.ts';
import { CliFault } from './fault.ts';

const run = promisify(execFile);

/** What one service says of its settings in this environment. */
export interface ServiceSettings {
  readonly service: string;
  readonly settings: readonly SettingDescription[];
  readonly faults: readonly ConfigFault[];
}

/**
 * Asks every service what it reads. They alone know; each is asked by a process of its own.
 *
 * @throws {CliFault}
 */
export function serviceSettings({ settingsScripts, env }: Context): Promise<ServiceSettings[]> {
  return Promise.all(
    Object.entries(settingsScripts).map(async ([service, script]) => {
      try {
        const { stdout } = await run(process.execPath, [script], { env });
        return { service, ...(JSON.parse(stdout) as SettingsReport) };
      } catch (cause) {
        throw new CliFault(`The settings of the ${service} cannot be read: ${(cause as Error).message}`, {
          cause,
        });
      }
    }),
  );
}
