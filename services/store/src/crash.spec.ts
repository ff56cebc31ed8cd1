import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '@dasf-broker/testing';
import { expect, test } from 'vitest';
import { type Bench, createBench, select } from './testing/bench.ts';
import { eventsOf } from './testing/events.ts';
import { FAST_TIMES } from './testing/fast-times.ts';
import { spawnStore } from './testing/spawn-store.ts';

const { message, ack, joined } = eventsOf('uid-1');

test('kill -9 at any moment: each event has its effect once', async () => {
  await using bench = await createBench();
  let rounds = 0;
  for (let kills = 0; kills < 4; kills += 1) {
    await using store = await spawnStore(bench.config);
    let living = true;
    const publishing = publish(bench, () => living);
    await sleep(50 + 60 * kills);
    await store.kill();
    living = false;
    rounds += await publishing;
  }
  bench.startStore({ times: FAST_TIMES });
  const last = await bench.folded();
  expect(rounds).toBeGreaterThan(4);
  expect(last).toBe(rounds * 4);
  // Of each four events one message stays: the second, of retention store, delivered once.
  const kept = await select(bench.readModel, 'select seq::int from message order by seq');
  const expected = Array.from({ length: rounds }, (_, index) => ({ seq: index * 4 + 2 }));
  expect(kept).toEqual(expected);
  expect(await select(bench.readModel, 'select seq::int from delivery order by seq')).toEqual(expected);
  expect(await select(bench.readModel, 'select * from dead_event')).toEqual([]);
});

/** Resolves with the number of rounds, of four events each. */
async function publish(bench: Bench, goesOn: () => boolean): Promise<number> {
  let rounds = 0;
  for (; goesOn(); rounds += 1) {
    const { last } = await bench.streams.end(0);
    await bench.append(message('a', 'cache'), message('b', 'store'));
    await bench.append(ack('bob', last + 1, last + 2), ack('bob', last + 2));
  }
  return rounds;
}

test('a worker that was paused and replaced steps back', async () => {
  await using bench = await createBench();
  await using paused = await spawnStore(bench.config);
  await bench.append(joined('ann'), message('a', 'store'));
  await bench.folded();
  paused.child.kill('SIGSTOP');
  const store = bench.startStore({ times: FAST_TIMES });
  await eventually(() => store.health()[0]?.state === 'serving');
  await bench.append(ack('ann', 2), message('b', 'store'));
  await bench.folded();
  paused.child.kill('SIGCONT');
  await bench.append(message('c', 'cache'), ack('bob', 5));
  await bench.folded();
  expect(await select(bench.readModel, 'select message_id from message order by seq')).toEqual([
    { message_id: 'a' },
    { message_id: 'b' },
  ]);
  expect(store.health()).toMatchObject([{ state: 'serving', cursor: 6 }]);
  const [row] = await select(bench.readModel, 'select owner_epoch::int from projection');
  expect(row?.['owner_epoch']).toBe(2);
});
