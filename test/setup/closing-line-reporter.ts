import type { Reporter, SerializedError, TestModule } from 'vitest/node';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Outside of all tests: they fail the run, and no test. */
  readonly errors: number;
}

/** Ends a run with one line of numbers that a machine can read; vitest's own summary is made for people. */
export class ClosingLineReporter implements Reporter {
  readonly #before: () => Promise<void>;

  /** @param before what may still have something to say */
  constructor(before: () => Promise<void> = async () => {}) {
    this.#before = before;
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    unhandledErrors: readonly SerializedError[],
  ): Promise<void> {
    await this.#before();
    console.log(`\n${closingLines(count(modules, unhandledErrors.length))}`);
  }
}

/** A file that cannot be loaded or whose set-up fails is a failure too. */
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
    failed: of('failed') + brokenFiles.length + nothingRan,
    skipped: of('skipped') + of('pending'),
    errors: unhandledErrors,
  };
}

/** Errors outside of tests are told in a line before the last one, which has the form that machines know. */
export function closingLines({ passed, failed, skipped, errors }: Counts): string {
  const numbers = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  if (errors === 0) return numbers;
  return `${numbers}, ${errors} ${errors === 1 ? 'error' : 'errors'} outside of tests\n${numbers}`;
}
