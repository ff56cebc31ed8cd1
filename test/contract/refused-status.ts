import { expect } from 'vitest';
import { UpgradeRefused } from '../harness/index.ts';

/** The status that an upgrade was refused with; fails where it was not refused. */
export async function refusedStatus(connecting: Promise<unknown>): Promise<number> {
  const refusal = await connecting.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(UpgradeRefused);
  return (refusal as UpgradeRefused).status;
}
