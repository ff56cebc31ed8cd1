import sonicBoom from 'sonic-boom';

const STANDARD_OUTPUT = 1;
/** Of lines that wait for whoever reads them; what comes beyond that is dropped. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
/** To write each line by itself costs as much as all the rest of it. */
const WRITTEN_TOGETHER_BYTES = 8 * 1024;
const FLUSH_INTERVAL_MS = 50;
const EXIT_PATIENCE_MS = 1000;

/** Where lines are written to. */
export interface LogOutput {
  write(line: string): void;
}

type SonicBoom = InstanceType<typeof sonicBoom.SonicBoom>;

let output: SonicBoom | undefined;

/**
 * Standard output that nobody waits for: neither a disk that is busy nor a reader that is slow holds up the event loop.
 * Lines wait for a twentieth of a second, so that many are written together. What waits is written when the process
 * exits, but not when it is killed. Where it cannot be written, as on a full disk, the service goes on, and what waits is
 * tried again.
 */
export function logOutput(): LogOutput {
  output ??= open();
  return output;
}

function open(): SonicBoom {
  let until = Number.POSITIVE_INFINITY;
  const retryEAGAIN = () => performance.now() < until;
  const opened = new sonicBoom.SonicBoom({
    fd: STANDARD_OUTPUT,
    sync: false,
    minLength: WRITTEN_TOGETHER_BYTES,
    periodicFlush: FLUSH_INTERVAL_MS,
    maxLength: MOST_WAITING_BYTES,
    retryEAGAIN,
  });
  opened.on('error', () => {});
  process.once('exit', () => {
    until = performance.now() + EXIT_PATIENCE_MS;
    try {
      opened.flushSync();
    } catch {
      // Nobody can be told.
    }
  });
  return opened;
}
