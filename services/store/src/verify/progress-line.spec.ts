import { expect, test } from 'vitest';
import { ProgressLine } from './progress-line.ts';

function shown(isTTY: boolean) {
  let now = 0;
  const written: string[] = [];
  const line = new ProgressLine({ isTTY, write: (text) => written.push(text) }, () => now);
  line.expect(200_000);
  return {
    written,
    line,
    after: (milliseconds: number, events: number) => {
      now += milliseconds;
      line.add(events);
    },
  };
}

test('a terminal has one line, drawn again and again', () => {
  const { written, line, after } = shown(true);
  after(100, 500);
  expect(written).toEqual([]);
  after(900, 4500);
  after(1000, 5000);
  line.end();
  expect(written).toEqual([
    '\r\x1b[Kfolded 2 % (5,000 of 200,000 events), 5,000 events/s, 39s left',
    '\r\x1b[Kfolded 5 % (10,000 of 200,000 events), 5,000 events/s, 38s left',
    '\r\x1b[K',
  ]);
});

test('elsewhere a line comes now and then', () => {
  const { written, line, after } = shown(false);
  for (let second = 0; second < 11; second += 1) after(1000, 1000);
  line.end();
  expect(written).toEqual([
    'folded 2 % (5,000 of 200,000 events), 1,000 events/s, 3min15s left\n',
    'folded 5 % (10,000 of 200,000 events), 1,000 events/s, 3min10s left\n',
  ]);
});
