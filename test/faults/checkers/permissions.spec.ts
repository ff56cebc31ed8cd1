import { expect, it } from 'vitest';
import { Given, wordsOf } from './given.ts';
import { permissions } from './permissions.ts';

const said = (given: Given) => wordsOf(permissions, given);
const toRita = ['a of tides came to rita on r/1'];

it('lets readers have everything', () => {
  expect(said(new Given().opened().published('a', 1).came('a'))).toEqual([]);
});

it('finds what came to a stranger', () => {
  const given = new Given().opened('m/1', 'mallory').published('a', 1).came('a', 'm/1', 'mallory');
  expect(said(given)).toEqual(['a of tides came to mallory on m/1']);
});

it('finds what was published more than two seconds after the right was taken', () => {
  const given = () => new Given().opened('r/1', 'rita').right(false);
  expect(said(given().later(2500).published('a', 1).came('a', 'r/1', 'rita'))).toEqual(toRita);
  expect(said(given().later(1000).published('a', 1).came('a', 'r/1', 'rita'))).toEqual([]);
});

it('lets come what was withheld once the right is given again', () => {
  const given = new Given().right(false).later(2500).published('a', 1).right(true).opened('r/1', 'rita');
  expect(said(given.came('a', 'r/1', 'rita'))).toEqual([]);
});

it('excuses nothing by a right that is given later', () => {
  const given = new Given().right(false).later(2500).opened('r/1', 'rita').published('a', 1);
  expect(said(given.came('a', 'r/1', 'rita').right(true))).toEqual(toRita);
});
