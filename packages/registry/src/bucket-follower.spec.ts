import { eventually, natsClient, randomNamespace } from '@dasf-broker/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import { bucketNames } from './bucket-names.ts';
import type { BucketEntry } from './bucket-port.ts';
import { NatsBucket } from './nats-bucket.ts';

/** A bucket of its own, and what of it somebody who follows it was given. */
async function scene() {
  await using opening = new AsyncDisposableStack();
  const nc = opening.adopt(await natsClient(), (client) => client.close());
  const options = { namespace: randomNamespace(), replicas: 1, kind: 'notes' };
  await NatsBucket.prepare(nc, options);
  const bucket = await NatsBucket.open(nc, options);
  const names = bucketNames(options.namespace, options.kind);
  const { streams } = await jetstreamManager(nc);
  const republish = { src: names.entry('>'), dest: names.change('>') };
  const closing = opening.move();
  return {
    bucket,
    nc,
    names,
    /** From now on changes do not pass by, or do again. */
    lose: (isLost: boolean) =>
      streams.update(names.stream, {
        republish: isLost ? { ...republish, dest: `${options.namespace}.lost.>` } : republish,
      }),
    follow: async () => {
      const given: string[] = [];
      const watch = closing.adopt(await bucket.watch(), (one) => one.stop());
      const following = async () => {
        for await (const entry of watch) given.push(brief(entry));
      };
      following().catch(() => {});
      return given;
    },
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

const brief = ({ key, revision, operation }: BucketEntry) => `${revision} ${operation} ${key}`;

it('gives what is there, page by page, then what comes, each once and in order', async () => {
  await using given = await scene();
  const count = 2500;
  for (let key = 0; key < count; key += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => given.bucket.put(`k${key + index}`, '{}')));
  }
  const followed = await given.follow();
  await eventually(() => followed.length === count);
  await given.bucket.put('late', '{}');
  await given.bucket.purge('late', count + 1);
  await eventually(() => followed.at(-1) === `${count + 2} PURGE late`);
  const revisions = followed.map((line) => Number.parseInt(line, 10));
  const all = Array.from({ length: count + 2 }, (_, index) => index + 1);
  // What was purged before it was read is not there any more.
  const isRead = revisions.length === count + 2;
  expect(revisions).toEqual(isRead ? all : all.filter((revision) => revision !== count + 1));
});

it('DLV-7: reads what did not pass by, when the next change shows that it is missing', async () => {
  await using given = await scene();
  const followed = await given.follow();
  await given.bucket.put('a', '{}');
  await eventually(() => followed.length === 1);
  await given.lose(true);
  await given.bucket.put('b', '{}');
  await given.bucket.purge('a', 1);
  await given.lose(false);
  await given.bucket.put('c', '{}');
  await eventually(() => followed.length === 4);
  expect(followed).toEqual(['1 PUT a', '2 PUT b', '3 PURGE a', '4 PUT c']);
});

it('DLV-5: reads the last change, too, as soon as the leader says that there is one', async () => {
  await using given = await scene();
  const followed = await given.follow();
  await given.bucket.put('a', '{}');
  await eventually(() => followed.length === 1);
  await given.lose(true);
  await given.bucket.purge('a', 1);
  await given.bucket.newest();
  await eventually(() => followed.length === 2);
  expect(followed).toEqual(['1 PUT a', '2 PURGE a']);
});

it('gives nothing for what passes by and was never stored', async () => {
  await using given = await scene();
  const followed = await given.follow();
  for (const sequence of ['', 'x', '0', '-1']) {
    const forged = headers();
    if (sequence) forged.set('Nats-Sequence', sequence);
    given.nc.publish(given.names.change('forged'), '{}', { headers: forged });
  }
  await given.bucket.put('a', '{}');
  await eventually(() => followed.length > 0);
  expect(followed).toEqual(['1 PUT a']);
});
