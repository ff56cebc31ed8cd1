import { expect, it } from 'vitest';
import { isRetention, RETENTIONS } from './retention.ts';

it('knows the four rules of section 8 and no other', () => {
  expect(RETENTIONS.filter(isRetention)).toEqual(['disabled', 'cache', 'cacheall', 'store']);
  expect(['', 'Cache', 'none', 'constructor'].filter(isRetention)).toEqual([]);
});
