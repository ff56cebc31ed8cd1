import { expect, it } from 'vitest';
import { Given, wordsOf } from './given.ts';
import { order } from './order.ts';

const said = (given: Given) => wordsOf(order, given);

it('finds nothing where the log has the order of the sends', () => {
  expect(said(new Given().published('a', 1).published('b', 2))).toEqual([]);
});

it('finds a message that was sent after another one was answered and stands before it', () => {
  expect(said(new Given().published('a', 2).sent('b', 'p/2').stored('b', 1).answered('b'))).toEqual([
    'b (1) was sent after a (2) on tides',
  ]);
});

it('finds two that changed places although both were under way on one connection', () => {
  const given = new Given().sent('a').sent('b').stored('b', 1).stored('a', 2).answered('a').answered('b');
  expect(said(given)).toEqual(['b (1) was sent after a (2) on tides']);
});

it('allows any order to those that were under way on two connections', () => {
  const given = new Given().sent('a').sent('b', 'p/2').stored('b', 1).stored('a', 2);
  expect(said(given.answered('a').answered('b'))).toEqual([]);
});

it('allows any place to one that had to be sent again while others were under way', () => {
  const given = new Given().sent('a').sent('b').answered('a', 'info').sent('a', 'p/1', 2);
  expect(said(given.stored('b', 1).stored('a', 2).answered('b').answered('a'))).toEqual([]);
});

it('takes what was sent within one tick of the clock in the order in which it was sent', () => {
  expect(
    said(new Given().sent('a').later(-1).sent('b').stored('a', 1).stored('b', 2).answered('a').answered('b')),
  ).toEqual([]);
});
