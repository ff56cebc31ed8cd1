/** What of the C library's free memory goes back to the system: whether any did. */
type Trim = (keep: number) => number;

const trim = await ofTheLibrary();

/** Whether {@link giveBack} does anything: only glibc, which Node is built for on Linux, can be asked. */
export const CAN_GIVE_BACK = trim !== undefined;

/** Has the C library return to the system what this process has freed, so that what is resident then is in use. */
export function giveBack(): void {
  trim?.(0);
}

async function ofTheLibrary(): Promise<Trim | undefined> {
  try {
    const { load } = await import('koffi');
    return load('libc.so.6').func('int malloc_trim(size_t)');
  } catch {
    return undefined;
  }
}
