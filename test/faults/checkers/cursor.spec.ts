import { expect, it } from 'vitest';
import { cursor } from './cursor.ts';
import { Given, wordsOf } from './given.ts';

const said = (given: Given) => wordsOf(cursor, given);

it('finds nothing where the cursor moves on to the end', () => {
  expect(said(new Given().cursor(1, 2).cursor(2, 2, 2))).toEqual([]);
});

it('finds a cursor that goes back', () => {
  expect(said(new Given().cursor(2, 2).cursor(1, 2).cursor(2, 2))).toEqual([
    'partition 0: went back from 2 to 1',
  ]);
});

it('finds an owner epoch that goes back', () => {
  expect(said(new Given().cursor(1, 1, 2).cursor(1, 1, 1))).toEqual([
    'partition 0: its owner epoch went back',
  ]);
});

it('finds a cursor that is ahead of its log', () => {
  expect(said(new Given().cursor(3, 2))).toEqual(['partition 0: stands at 3, the log ends at 2']);
});

it('finds a log that was not folded to its end', () => {
  expect(said(new Given().cursor(1, 2))).toEqual(['partition 0: ends at 1 of 2']);
});

it('lets a cursor go back with its database', () => {
  const given = new Given().cursor(2, 2);
  given.add({ op: 'fault', what: 'restored', setsBack: true });
  expect(said(given.cursor(1, 2).cursor(2, 2))).toEqual([]);
});

it('looks away while another log is there, and only then', () => {
  const given = new Given().cursor(2, 2);
  given.add({ op: 'fault', what: 'cut short', spoilsLog: true });
  given.cursor(2, 1);
  given.add({ op: 'fault', what: 'whole again', healed: true });
  expect(said(given)).toEqual([]);
  given.later(10_000);
  expect(said(given.cursor(3, 2))).toEqual(['partition 0: stands at 3, the log ends at 2']);
});
