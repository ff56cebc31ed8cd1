import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Ends a run with one line of numbers that a machine can read; vitest's own summary is made for people. */
export class ClosingLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    console.log(`\n${closingLine(count(modules, unhandledErrors.length))}`);
  }
}

/** A file that cannot be loaded or whose set-up fails, and an error outside of all tests, are failures too. */
export function count(modules: readonly TestModule[], unhandledErrors: number): Counts {
  const states = modules.flatMap((module) =>
    [...module.children.allTests()].map((test) => test.result().state),
  );
  const of = (wanted: string) => states.filter((state) => state === wanted).length;
  const brokenFiles = modules.filter(
    (module) => !module.ok() && ![...module.children.allTests('failed')].length,
  );
  // A run whose set-up fails has no tests at all: it must not look like a good one.
  const nothingRan = states.length === 0 && brokenFiles.length === 0 ? 1 : 0;
  return {
    passed: of('passed'),
    failed: of('failed') + brokenFiles.length + unhandledErrors + nothingRan,
    skipped: of('skipped') + of('pending'),
  };
}

export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
