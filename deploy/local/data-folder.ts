import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, StartFault } from './start-fault.ts';

/** A folder that holds this file is ours to write in. */
const MARK = '.dasf-broker';
/** `dasf token` makes it, also before the first start. */
const MADE_BEFORE = 'token-secret';

/**
 * Makes the data folder where there is none, for this user alone.
 *
 * @throws {StartFault} for what is no folder, and for a folder that holds something else
 */
export function openDataFolder(dataDir: string): void {
  try {
    makeFolder(dataDir);
    claim(dataDir);
    makeFolder(join(dataDir, 'log'));
  } catch (error) {
    const { message } = error as Error;
    switch (codeOf(error)) {
      case 'EEXIST':
      case 'ENOTDIR':
      case 'ENOENT':
      case 'ELOOP':
        throw new StartFault(`${dataDir} can be no data folder (${message}): set DASF_DATA_DIR to a folder.`);
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
        throw new StartFault(
          `${dataDir} cannot be the data folder (${message}): give this user the right to write there, or set DASF_DATA_DIR to another folder.`,
        );
      default:
        throw error;
    }
  }
}

/** Marks an empty folder; the mark comes first, so that two starts at once take each other for what they are. */
function claim(dataDir: string): void {
  const content = readdirSync(dataDir);
  if (content.includes(MARK)) return;
  const foreign = content.filter((name) => name !== MADE_BEFORE);
  if (foreign.length > 0) {
    const some = foreign.length > 3 ? [...foreign.slice(0, 3), '…'] : foreign;
    throw new StartFault(
      `${dataDir} holds other things (${some.join(', ')}): set DASF_DATA_DIR to a new or an empty folder.`,
    );
  }
  writeFileSync(join(dataDir, MARK), 'The data of a DASF broker; see its README.\n', { mode: 0o600 });
}

/** Node's own way to make all folders of a path never returns where a parent takes no files, such as /proc. */
function makeFolder(path: string): void {
  if (isFolder(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (!isFolder(path)) throw error; // else another start was quicker
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
