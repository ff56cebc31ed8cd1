import { randomBytes } from 'node:crypto';

/** A name of its own for all that a test makes on the shared log, so that tests run side by side. */
export function randomNamespace(): string {
  return `t${randomBytes(6).toString('hex')}`;
}
