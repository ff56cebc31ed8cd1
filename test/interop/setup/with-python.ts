import { describe, inject } from 'vitest';

/** Tests that need the Python client; where it cannot be had they are skipped and their name says why. */
export function describeWithPython(name: string, suite: (python: string) => void): void {
  const environment = inject('python');
  if ('missing' in environment) describe.skip(`${name} (${environment.missing})`, () => suite(''));
  else describe(name, () => suite(environment.python));
}
