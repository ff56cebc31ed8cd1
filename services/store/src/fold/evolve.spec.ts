import { describe, expect, test } from 'vitest';
import { eventsOf, recordsOf } from '../testing/events.ts';
import { fold } from './evolve.ts';

const { message, ack, ackOfId, joined, left, changed, deleted, removed, pong, apiInfo, backlogSent } =
  eventsOf('uid-1');
const edgeGone = { type: 'edge-gone', edge: 'edge-1' } as const;

describe('messages and acknowledgements', () => {
  test('a message is outstanding from then on', () => {
    const { messages } = fold(recordsOf(message('a', 'cache'), message('b', 'store')));
    expect([...messages.keys()]).toEqual([1, 2]);
  });

  test('DLV-4: a message of retention disabled is never outstanding', () => {
    expect(fold(recordsOf(message('a', 'disabled'))).messages.size).toBe(0);
  });

  test('ACK-2: what is acknowledged in the same run under cache leaves nothing to write', () => {
    const changes = fold(recordsOf(message('a', 'cache'), ack('bob', 1)));
    expect(changes.messages.size).toBe(0);
    expect(changes.acknowledgedPlaces).toEqual([]);
  });

  test.each(['cacheall', 'store'] as const)('ACK-2: under %s message and delivery are kept', (retention) => {
    const changes = fold(recordsOf(message('a', retention), ack('bob', 1)));
    expect(changes.messages.size).toBe(1);
    expect(changes.acknowledgedPlaces).toEqual([{ uid: 'uid-1', user: 'bob', time: 2000, sequence: 1 }]);
  });

  test('an acknowledgement of what comes later has no effect', () => {
    const changes = fold(recordsOf(ack('bob', 1, 2), message('a', 'cache')));
    expect(changes.acknowledgedPlaces).toEqual([]);
    expect(changes.messages.size).toBe(1);
  });

  test("an acknowledgement does not remove another topic's message", () => {
    const other = eventsOf('uid-2');
    const changes = fold(recordsOf(message('a', 'cache'), other.ack('bob', 1)));
    expect(changes.messages.size).toBe(1);
  });

  test('ACK-6: an id stands for the messages before', () => {
    const { acknowledgedIds } = fold(recordsOf(message('a', 'store'), ackOfId('bob', 'a')));
    expect(acknowledgedIds).toEqual([{ uid: 'uid-1', user: 'bob', time: 2000, messageId: 'a', before: 2 }]);
  });

  test('an unknown retention is a dead event', () => {
    expect(() => fold(recordsOf(message('a', 'never' as 'cache')))).toThrow('no retention never');
  });
});

describe('presence', () => {
  test('who joined and left is a consumer, but not present', () => {
    const changes = fold(recordsOf(joined('ann'), joined('bob'), left('ann')));
    expect([...changes.joinedConnections.keys()]).toEqual(['bob']);
    expect([...changes.leftConnections]).toEqual(['ann']);
    expect([...changes.consumers.values()].map(({ user, time }) => [user, time])).toEqual([
      ['ann', 1000],
      ['bob', 2000],
    ]);
  });

  test('GC-2: an edge takes its connections with it, not those of others nor later ones', () => {
    const changes = fold(
      recordsOf(joined('ann'), joined('bob', 'bob', 'edge-2'), edgeGone, joined('cid', 'cid')),
    );
    expect([...changes.joinedConnections.keys()]).toEqual(['bob', 'cid']);
    expect([...changes.goneEdges]).toEqual([['edge-1', 3000]]);
  });
});

describe('signs of life', () => {
  const touched = (...events: Parameters<typeof recordsOf>) =>
    fold(recordsOf(...events)).touchedTopics.get('uid-1');

  test('AVL-1: messages and a sent backlog count as pings, pongs and acknowledgements as pongs', () => {
    expect(touched(message('a', 'disabled'), pong('ann'))).toMatchObject({ lastPing: 1000, lastPong: 2000 });
    expect(touched(ackOfId('ann', 'unknown'), backlogSent('ann'))).toMatchObject({
      lastPing: 2000,
      lastPong: 1000,
    });
  });

  test('AVL-4: the last description of a module counts', () => {
    expect(touched(apiInfo('{"a":1}'), apiInfo('{"a":2}'), pong('ann'))?.apiInfo).toBe('{"a":2}');
  });
});

describe('topics', () => {
  test('the newest revision wins, in whatever order they come', () => {
    const { changedTopics } = fold(recordsOf(changed(5, { public: true }), changed(4)));
    expect(changedTopics.get('uid-1')).toMatchObject({ revision: 5, entry: { public: true } });
  });

  test('nothing of a deleted topic is left, and nothing later brings it back', () => {
    const changes = fold(
      recordsOf(
        changed(1),
        joined('ann'),
        message('a', 'store'),
        deleted(),
        message('b', 'store'),
        changed(2),
      ),
    );
    expect([...changes.deletedTopics]).toEqual([['uid-1', 4000]]);
    const { touchedTopics, changedTopics, messages, consumers, joinedConnections } = changes;
    const left = [touchedTopics, changedTopics, messages, consumers, joinedConnections];
    expect(left.map((of) => of.size)).toEqual([0, 0, 0, 0, 0]);
  });

  test('a topic of the same name that is made again is another one', () => {
    const again = eventsOf('uid-2');
    const { messages } = fold(recordsOf(deleted(), again.message('a', 'cache')));
    expect(messages.size).toBe(1);
  });
});

describe('what operators do', () => {
  test('a message that is removed goes when all else of the run is written, and none that came later', () => {
    const { messages, removedMessages } = fold(
      recordsOf(message('a', 'store'), removed(1), removed(3), message('b', 'store')),
    );
    expect([...messages.keys()]).toEqual([1, 4]);
    expect(removedMessages).toEqual([{ uid: 'uid-1', sequence: 1 }]);
  });
});
