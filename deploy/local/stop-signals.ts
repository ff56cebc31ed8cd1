const SAME_SIGNAL_MS = 1_000;
const PARENT_CHECK_MS = 500;

export interface StopSignals {
  /** Aborted by the first Ctrl-C, SIGTERM or hang-up, and when the bootstrap that started this is gone. */
  readonly stopping: AbortSignal;
  /** Aborted by the second one. */
  readonly force: AbortSignal;
}

export function onStopSignals(say: (line: string) => void): StopSignals {
  const stopping = new AbortController();
  const force = new AbortController();
  let first = 0;
  const onSignal = () => {
    if (!stopping.signal.aborted) {
      first = performance.now();
      say('Ending … (Ctrl-C again ends everything at once)');
      stopping.abort();
    } else if (performance.now() - first > SAME_SIGNAL_MS) {
      // Sooner, it is the same one: a terminal, npm and the bootstrap all pass on what they get.
      say('Ending everything at once');
      force.abort();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  whenBootstrapIsGone(() => stopping.signal.aborted || onSignal());
  return { stopping: stopping.signal, force: force.signal };
}

/** A bootstrap that was killed outright could not pass on anything. */
function whenBootstrapIsGone(stop: () => void): void {
  const bootstrap = Number(process.env['DASF_BOOTSTRAP_PID']);
  if (process.ppid !== bootstrap) return;
  setInterval(() => {
    if (process.ppid !== bootstrap) stop();
  }, PARENT_CHECK_MS).unref();
}
