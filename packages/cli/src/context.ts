import { resolve } from 'node:path';

/** What a command knows of the world around it. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where `.dasf` is, unless DASF_DATA_DIR says otherwise. */
  readonly projectRoot: string;
  /** What Node runs for commands that work on the store's database. */
  readonly storeScript: string;
  /** What Node runs for each service to be told of its settings. */
  readonly settingsScripts: Readonly<Record<string, string>>;
  /** Prints a line for the user or the script that reads it. */
  readonly out: (line: string) => void;
  /** Prints a line for the user alone. */
  readonly err: (line: string) => void;
}

/** How users call this command. */
export const DASF = 'npm run -s dasf --';

/** The folder that the local stack keeps its data in. */
export function dataDir({ env, projectRoot }: Context): string {
  return resolve(projectRoot, env['DASF_DATA_DIR'] || '.dasf');
}
