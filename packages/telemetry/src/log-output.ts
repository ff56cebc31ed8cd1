import sonicBoom from 'sonic-boom';

const STANDARD_OUTPUT = 1;
/** Of lines that wait for whoever reads them; what comes beyond that is dropped. */
const MOST_WAITING_BYTES = 8 * 1024 * 1024;
const EXIT_PATIENCE_MS = 1000;

/** Where lines are written to. */
export interface LogOutput {
  write(line: string): void;
}

type SonicBoom = InstanceType<typeof sonicBoom.SonicBoom>;

let output: SonicBoom | undefined;

/**
 * Standard output that nobody waits for: neither a disk that is busy nor a reader that is slow holds up the event loop.
 * Lines that come while others are written are written together. What waits is written when the process exits, but not
 * when it is killed. Where it cannot be written, as on a full disk, the service goes on, and what waits is tried again
 * with the next line.
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
