import { expect, it } from 'vitest';
import { CAN_GIVE_BACK, giveBack } from './give-back.ts';
import { settledMemory } from './settled-memory.ts';

const MANY = 4_000;
/** Small enough for the C library's own heap, which keeps what is freed beneath something in use. */
const BYTES = 16_000;

it('gives what was freed back to the system', async (test) => {
  if (!CAN_GIVE_BACK) test.skip('The C library is not glibc.');
  const pieces = fill();
  const last = pieces.at(-1);
  pieces.length = 0;
  await settledMemory();
  const before = process.memoryUsage.rss();
  giveBack();
  const after = process.memoryUsage.rss();
  expect(last).toHaveLength(BYTES);
  expect(before - after).toBeGreaterThan((MANY * BYTES) / 2);
});

function fill(): Buffer[] {
  return Array.from({ length: MANY }, () => Buffer.alloc(BYTES, 1));
}
