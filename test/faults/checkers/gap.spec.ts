import { expect, it } from 'vitest';
import { gap } from './gap.ts';
import { Given, wordsOf } from './given.ts';

const said = (given: Given) => wordsOf(gap, given);

it('finds nothing where all came in the order of the log', () => {
  expect(said(new Given().published('a', 1).opened().came('a').published('b', 2).came('b'))).toEqual([]);
});

it('finds a message that came twice on a connection', () => {
  expect(said(new Given().opened().published('a', 1).came('a').came('a'))).toEqual(['twice: a (1) on c/1']);
});

it('finds live messages out of order', () => {
  const given = new Given().opened().published('a', 1).published('b', 2);
  expect(said(given.came('b').came('a'))).toEqual(['out of order: a (1) on c/1']);
});

it('finds a backlog out of order, but for one that follows late since no store answered', () => {
  const given = () => new Given().published('a', 1).opened().published('b', 2).came('b');
  expect(said(given().came('a'))).toEqual(['out of order: a (1) on c/1']);
  expect(said(given().later(5000).came('a'))).toEqual([]);
});

it('finds a live message that was left out, whoever acknowledged it', () => {
  const given = new Given().opened().published('a', 1).acknowledged('a', 'c/2').published('b', 2).came('b');
  expect(said(given)).toEqual(['left out: a (1) on c/1']);
});

it('finds a tail that never came to a connection that stayed', () => {
  const given = new Given().opened().published('a', 1);
  expect(said(given)).toEqual(['left out: a (1) on c/1']);
  expect(said(given.closed())).toEqual([]);
});

it('finds a message that was left out of the backlog, unless it was acknowledged before', () => {
  const given = () => new Given().published('a', 1).published('b', 2);
  expect(said(given().opened().came('b').closed())).toEqual(['left out of the backlog: a (1) on c/1']);
  expect(said(given().acknowledged('a', 'c/0').opened().came('b').closed())).toEqual([]);
});

it('lets nobody else’s acknowledgement excuse anything under cacheall', () => {
  const given = new Given({ retention: 'cacheall' }).published('a', 1).published('b', 2);
  expect(said(given.acknowledged('a', 'c/0', 'bob').opened().came('b').closed())).toEqual([
    'left out of the backlog: a (1) on c/1',
  ]);
});

it('lets a connection begin late where nothing could be read when it opened', () => {
  const given = () => new Given().opened().published('a', 1).later(5000).published('b', 2).came('b');
  expect(said(given().came('a'))).toEqual([]);
  expect(said(given().published('c', 3).published('d', 4).came('d').came('c').came('a'))).toEqual([
    'out of order: c (3) on c/1',
  ]);
});

it('lets a connection begin with its first delivery where it opened amid a fault, and misses nothing after that', () => {
  const given = () => new Given().fault('log killed').opened().published('a', 1).acknowledged('a', 'c/0');
  expect(said(given().published('b', 2).came('b').closed())).toEqual([]);
  expect(said(given().came('a').published('b', 2).published('c', 3).came('c').closed())).toEqual([
    'left out: b (2) on c/1',
  ]);
});
