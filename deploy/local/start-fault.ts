/** Something that keeps the stack from starting and that the user can do something about: told in one sentence. */
export class StartFault extends Error {
  override readonly name = 'StartFault';
}

const DISK_FULL = /ENOSPC|no space left|disk quota exceeded|EDQUOT/i;

/** True where a fault, or what a server wrote before it ended, says that the disk is full. */
export function saysDiskFull(text: unknown): boolean {
  return DISK_FULL.test(text instanceof Error ? `${text.message} ${codeOf(text)}` : String(text));
}

/** The sentence for a fault; a fault of this program itself keeps its stack. */
export function explain(error: unknown, dataDir: string): string {
  if (saysDiskFull(error)) {
    return `The disk that holds ${dataDir} is full: free some space, or set DASF_DATA_DIR to a folder on another disk, and start again.`;
  }
  if (error instanceof StartFault) return error.message;
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') {
    return `${(error as Error).message}: give this user the right to write there, or set DASF_DATA_DIR to another folder.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
