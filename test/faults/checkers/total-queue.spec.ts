import { expect, it } from 'vitest';
import { Given, wordsOf } from './given.ts';
import { queueCounts, totalQueue } from './total-queue.ts';

const said = (given: Given) => wordsOf(totalQueue, given);
const healthy = () => new Given().opened().published('a', 1).came('a').acknowledged('a');

it('finds nothing where nothing is wrong', () => {
  expect(said(healthy())).toEqual([]);
});

it('finds what was answered ok and never came', () => {
  expect(said(new Given().opened().published('a', 1))).toEqual(['lost: a on tides never came to anna']);
});

it('takes one reader for enough under cache, and asks for each under cacheall', () => {
  const readers = ['anna', 'abel'];
  const run = (retention: 'cache' | 'cacheall') =>
    new Given({ retention, readers }).opened().published('a', 1).came('a');
  expect(said(run('cache'))).toEqual([]);
  expect(said(run('cacheall'))).toEqual(['lost: a on tides never came to abel']);
});

it('takes somebody who may consume only at times for enough under cache', () => {
  const given = new Given().opened('r/1', 'rita').published('a', 1).came('a', 'r/1', 'rita');
  expect(said(given.acknowledged('a', 'r/1', 'rita'))).toEqual([]);
});

it('does not miss what was answered with an unknown outcome or refused', () => {
  expect(said(new Given().opened().sent('a').answered('a', 'info').sent('b').answered('b', 'fail'))).toEqual(
    [],
  );
});

it('finds what nobody sent', () => {
  expect(said(healthy().came('x'))).toEqual(['unexpected: x came on tides to c/1']);
});

it('finds what came with another content', () => {
  expect(said(new Given().opened().published('a', 1).came('a', 'c/1', 'anna', 'other'))).toEqual([
    'changed: a came to c/1 with another content',
  ]);
});

it('finds what is twice in the log', () => {
  expect(said(healthy().stored('a', 2))).toEqual(['stored twice: a on tides at 1 and 2']);
});

it('finds what was answered ok and is not in the log', () => {
  expect(said(new Given().opened().sent('a').answered('a').came('a'))).toEqual([
    'not in the log: a on tides, which was answered ok',
  ]);
});

it('finds what nobody acknowledged and did not come again in the end', () => {
  const given = new Given().opened().published('a', 1).came('a').closed().final('f/1');
  expect(said(given)).toEqual(['not returned: a on tides to anna']);
  expect(said(given.came('a', 'f/1'))).toEqual([]);
});

it('counts what it saw', () => {
  const given = healthy().sent('b').stored('b', 2).came('b').closed().opened('c/2').came('b', 'c/2');
  expect(queueCounts(given.run)).toEqual({
    attempted: 2,
    acknowledged: 1,
    delivered: 2,
    recovered: 1,
    redelivered: 1,
  });
});
