import { readFileSync } from 'node:fs';
import type { ConfigFault } from './errors.ts';
import type { Environment } from './read.ts';
import type { Specs } from './setting.ts';

export const FILE_SUFFIX = '_FILE';

/** The environment without empty variables, and with secrets that stand in files put in their place. */
export function takeSecretFiles(
  specs: Specs,
  env: Environment,
): { environment: Environment; faults: ConfigFault[] } {
  const environment = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const faults: ConfigFault[] = [];
  for (const [name, setting] of Object.entries(specs)) {
    const path = environment[name + FILE_SUFFIX];
    if (!setting.fromFile || path === undefined) continue;
    const takes = `the path of a file that holds ${name}: ${setting.takes}`;
    const fault = (problem: string) => faults.push({ name: name + FILE_SUFFIX, problem, takes });
    if (environment[name] !== undefined) {
      fault(`and ${name} are both set`);
      continue;
    }
    try {
      // Editors end files with a line end, which belongs to no secret.
      environment[name] = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    } catch (error) {
      fault(`is ${JSON.stringify(path)}, which cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  }
  return { environment, faults };
}
