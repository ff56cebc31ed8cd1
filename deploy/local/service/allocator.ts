/**
 * How the C library keeps memory for Node: what is at least 128 KiB goes back to the system when it is free, also after
 * larger pieces came by, and all threads share one heap. By itself it keeps what a burst of large frames took (decision
 * 0018). Other C libraries do not read these.
 */
export const ALLOCATOR: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
