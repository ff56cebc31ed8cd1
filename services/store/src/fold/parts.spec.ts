import { expect, test } from 'vitest';
import { eventsOf, recordsOf } from '../testing/events.ts';
import { FoldError } from './fold-error.ts';
import { foldInParts, lateJoins } from './parts.ts';

const { message, ack, joined, changed } = eventsOf('uid-1');
const other = eventsOf('uid-2');
const bob = { uid: 'uid-1', user: 'bob' };

test('ACK-3: who is a new consumer after an acknowledgement comes in a part of its own', () => {
  const records = recordsOf(message('a', 'cacheall'), ack('ann', 1), joined('bob'));
  expect(lateJoins(records)).toEqual([bob]);
  const parts = foldInParts(records);
  expect(parts.map((part) => part.consumers.size)).toEqual([0, 1]);
  expect(foldInParts(records, [bob])).toHaveLength(1);
});

test('so does one after a message that was acknowledged elsewhere', () => {
  const records = recordsOf(message('a', 'cacheall', { deliveredTo: ['ann'] }), joined('bob'));
  expect(lateJoins(records)).toEqual([bob]);
  expect(foldInParts(records)).toHaveLength(2);
});

test('what judges nothing stays together', () => {
  const records = recordsOf(
    changed(1),
    joined('ann'),
    message('a', 'cacheall'),
    other.changed(1),
    other.ack('ann', 1),
    joined('bob'),
    ack('ann', 3),
    joined('ann'),
    joined('bob', 'bob-2'),
  );
  expect(lateJoins(records)).toEqual([{ uid: 'uid-1', user: 'ann' }, bob]);
  expect(foldInParts(records)).toHaveLength(1);
});

test('an event that makes no sense is told, whatever it fails with', () => {
  const broken = recordsOf({ type: 'of tomorrow' } as never);
  expect(() => foldInParts(broken)).toThrow(FoldError);
  expect(() => foldInParts(broken)).toThrow('No fold for');
});
