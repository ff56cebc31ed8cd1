import type { Logger } from '@dasf-broker/telemetry';
import { expect, it } from 'vitest';
import { TokenBucket } from '../limits/token-bucket.ts';
import { RefusalLines } from './refusal-lines.ts';

it('has a line for each that is refused, and of very many says how many there were', () => {
  let now = 0;
  const said: unknown[] = [];
  const logger = { info: (fields: unknown) => said.push(fields) } as unknown as Logger;
  const lines = new RefusalLines(logger, new TokenBucket(2, 2, () => now));
  for (const code of ['A', 'B', 'C', 'D']) lines.write({ code });
  now = 1000;
  for (const code of ['E', 'F']) lines.write({ code });
  expect(said).toEqual([{ code: 'A' }, { code: 'B' }, { code: 'E', refusedWithoutALine: 2 }, { code: 'F' }]);
});
