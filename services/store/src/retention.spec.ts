import { expect, test } from 'vitest';
import { createBench, select } from './testing/bench.ts';
import { eventsOf } from './testing/events.ts';

const { message, ack, ackOfId, joined, changed, deleted } = eventsOf('uid-1');
const kept = 'select message_id from message order by seq';

test('ACK-2: cache: the first acknowledgement by anyone removes the message', async () => {
  await using bench = await createBench();
  bench.startStore();
  await bench.append(message('a', 'cache'), message('b', 'cache'));
  await bench.folded();
  await bench.append(ack('bob', 1));
  await bench.folded();
  expect(await select(bench.readModel, kept)).toEqual([{ message_id: 'b' }]);
});

test('ACK-2: cacheall: removed when every consumer acknowledged', async () => {
  await using bench = await createBench();
  bench.startStore();
  const grants = { can_produce: [], can_consume: ['cid'], can_view_status: [] };
  await bench.append(changed(1, { grants }), joined('ann'), joined('bob'), message('a', 'cacheall'));
  await bench.folded();
  await bench.append(ack('ann', 4), ack('bob', 4));
  await bench.folded();
  expect(await select(bench.readModel, kept)).toEqual([{ message_id: 'a' }]);
  await bench.append(ack('cid', 4));
  await bench.folded();
  expect(await select(bench.readModel, kept)).toEqual([]);
  expect(await select(bench.readModel, 'select * from delivery')).toEqual([]);
});

test('ACK-3: cacheall is judged anew when the set of consumers shrinks', async () => {
  await using bench = await createBench();
  bench.startStore();
  const grants = { can_produce: [], can_consume: ['cid'], can_view_status: [] };
  await bench.append(changed(1, { grants }), joined('ann'), message('a', 'cacheall'), ack('ann', 3));
  await bench.folded();
  expect(await select(bench.readModel, kept)).toHaveLength(1);
  await bench.append(changed(2));
  await bench.folded();
  expect(await select(bench.readModel, kept)).toEqual([]);
});

test('ACK-2: cacheall: what nobody acknowledged stays where nobody may consume for a while', async () => {
  await using bench = await createBench();
  bench.startStore();
  const grants = { can_produce: [], can_consume: ['cid'], can_view_status: [] };
  await bench.append(changed(1, { grants }), message('a', 'cacheall'));
  await bench.folded();
  await bench.append(changed(2));
  await bench.folded();
  expect(await select(bench.readModel, kept)).toEqual([{ message_id: 'a' }]);
});

test('ACK-2: store: kept for ever, the delivery recorded once', async () => {
  await using bench = await createBench();
  bench.startStore();
  await bench.append(joined('ann'), message('a', 'store'), ack('ann', 2), ack('ann', 2));
  await bench.folded();
  await bench.append(ack('ann', 2));
  await bench.folded();
  expect(await select(bench.readModel, kept)).toHaveLength(1);
  const deliveries = await select(bench.readModel, 'select seq::int, "user" from delivery');
  expect(deliveries).toEqual([{ seq: 2, user: 'ann' }]);
});

test('what was acknowledged before it was imported is not owed to who did, and counts towards all', async () => {
  await using bench = await createBench();
  bench.startStore();
  const grants = { can_produce: [], can_consume: ['ann', 'bob'], can_view_status: [] };
  const progress = (messages: number) => ({ type: 'imported', source: 'old', topics: 3, messages }) as const;
  await bench.append(
    changed(1, { grants }),
    message('a', 'store', { deliveredTo: ['ann'] }),
    message('b', 'cacheall', { deliveredTo: ['bob', 'ann'] }),
    message('c', 'cacheall', { deliveredTo: ['bob'] }),
    progress(2),
    progress(7),
  );
  await bench.folded();
  const delivered = 'select message_id, d."user" from delivery d join message using (seq) order by 1';
  expect(await select(bench.readModel, delivered)).toEqual([
    { message_id: 'a', user: 'ann' },
    { message_id: 'c', user: 'bob' },
  ]);
  expect(await select(bench.readModel, kept)).toEqual([{ message_id: 'a' }, { message_id: 'c' }]);
  expect(await select(bench.readModel, 'select * from import_progress')).toEqual([
    { partition: 0, source: 'old', topics: '3', messages: '7' },
  ]);
});

test('an acknowledgement has no effect on a message of another topic', async () => {
  await using bench = await createBench();
  bench.startStore();
  await bench.append(message('a', 'cache'), message('b', 'store'));
  await bench.folded();
  await bench.append(eventsOf('uid-2').ack('bob', 1, 2));
  await bench.folded();
  expect(await select(bench.readModel, kept)).toHaveLength(2);
  expect(await select(bench.readModel, 'select * from delivery')).toEqual([]);
});

test('ACK-6: an id stands for what came before it, not for what comes later', async () => {
  await using bench = await createBench();
  bench.startStore();
  await bench.append(message('same', 'cache'), message('same', 'cache', { user: 'bob' }));
  await bench.append(ackOfId('cid', 'same'), message('same', 'cache'));
  await bench.folded();
  expect(await select(bench.readModel, 'select seq::int from message')).toEqual([{ seq: 4 }]);
});

test('a deleted topic takes all with it, and a late message does not bring it back', async () => {
  await using bench = await createBench();
  bench.startStore();
  await bench.append(changed(1), joined('ann'), message('a', 'store'), ack('ann', 3));
  await bench.folded();
  await bench.append(deleted());
  await bench.folded();
  await bench.append(message('late', 'cache'), joined('bob'), changed(9));
  await bench.append(eventsOf('uid-2').message('new', 'cache'));
  await bench.folded();
  expect(await select(bench.readModel, kept)).toEqual([{ message_id: 'new' }]);
  expect(await select(bench.readModel, 'select uid, revision::int from topic')).toEqual([
    { uid: 'uid-2', revision: 0 },
  ]);
  for (const table of ['delivery', 'consumer', 'presence', 'topic_grant']) {
    expect(await select(bench.readModel, `select * from ${table}`)).toEqual([]);
  }
});
