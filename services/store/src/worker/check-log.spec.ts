import { expect, test } from 'vitest';
import { Silence } from './check-log.ts';

test('what is not given anew is waited for longer each time, within bounds; elsewhere it begins anew', () => {
  const silence = new Silence();
  const first = silence.patience(7);
  silence.at(7);
  expect(silence.patience(7)).toBe(2 * first);
  silence.at(7);
  expect(silence.patience(7)).toBe(4 * first);
  expect(silence.patience(8)).toBe(first);
  for (let time = 0; time < 20; time += 1) silence.at(7);
  expect(silence.patience(7)).toBe(5 * 60_000);
  silence.at(8);
  expect(silence.patience(8)).toBe(2 * first);
});
