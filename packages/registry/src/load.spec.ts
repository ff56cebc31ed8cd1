import { eventually, HeldLine, natsClient, randomNamespace } from '@dasf-broker/testing';
import { jetstream } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { afterEach, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import type { BucketPort } from './bucket-port.ts';
import { NatsBucket } from './nats-bucket.ts';
import { TopicRegistry } from './registry.ts';
import { RegistryWatch } from './registry-watch.ts';
import { ScriptedBucket } from './testing/scripted-bucket.ts';
import { TopicCopy } from './topic-copy.ts';

function openWatch() {
  const bucket = new ScriptedBucket();
  const copy = new TopicCopy();
  const watch = new RegistryWatch(bucket, copy);
  let isLoaded = false;
  void watch.loaded.then(() => {
    isLoaded = true;
  });
  const slugs = () => [...copy.topics()].map(({ slug }) => slug);
  return { bucket, watch, slugs, isLoaded: () => isLoaded, [Symbol.dispose]: () => watch[Symbol.dispose]() };
}

describe('loading', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is done when the newest entry that is there has been shown', async () => {
    using scene = openWatch();
    scene.bucket.newestRevision = 2;
    await vi.advanceTimersByTimeAsync(0);
    scene.bucket.watches[0]?.show('a', 1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(scene.isLoaded()).toBe(false);
    scene.bucket.watches[0]?.show('b', 2);
    await vi.advanceTimersByTimeAsync(0);
    expect(scene.isLoaded()).toBe(true);
    expect(scene.slugs()).toEqual(['a', 'b']);
  });

  it('is done where the newest entry expired before it was shown', async () => {
    using scene = openWatch();
    scene.bucket.newestRevision = 2;
    await vi.advanceTimersByTimeAsync(0);
    scene.bucket.watches[0]?.show('a', 1);
    scene.bucket.newestRevision = 1;
    await vi.advanceTimersByTimeAsync(1000);
    expect(scene.isLoaded()).toBe(true);
    expect(scene.watch.isStale).toBe(false);
  });

  it('may take long, as long as something comes', async () => {
    using scene = openWatch();
    scene.bucket.newestRevision = 20;
    await vi.advanceTimersByTimeAsync(0);
    for (let revision = 1; revision <= 20; revision += 1) {
      scene.bucket.watches[0]?.show(`topic-${revision}`, revision);
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(scene.isLoaded()).toBe(true);
    expect(scene.bucket.watches).toHaveLength(1);
  });

  it('begins anew where nothing comes', async () => {
    using scene = openWatch();
    scene.bucket.newestRevision = 2;
    await vi.advanceTimersByTimeAsync(0);
    scene.bucket.watches[0]?.show('a', 1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(scene.bucket.watches).toHaveLength(2);
    scene.bucket.watches[1]?.show('a', 1);
    scene.bucket.watches[1]?.show('b', 2);
    await vi.advanceTimersByTimeAsync(0);
    expect(scene.isLoaded()).toBe(true);
  });

  it('begins anew where the watch ended', async () => {
    using scene = openWatch();
    scene.bucket.newestRevision = 2;
    await vi.advanceTimersByTimeAsync(0);
    scene.bucket.watches[0]?.show('a', 1);
    scene.bucket.watches[0]?.stop();
    await vi.advanceTimersByTimeAsync(1000);
    scene.bucket.watches[1]?.show('b', 2);
    await vi.advanceTimersByTimeAsync(0);
    expect(scene.isLoaded()).toBe(true);
    // The second watch did not show it: it has been removed.
    expect(scene.slugs()).toEqual(['b']);
  });
});

/** Counts how often it is watched. */
function counted(bucket: NatsBucket): { bucket: BucketPort; watches: () => number } {
  let watches = 0;
  const watch = () => {
    watches += 1;
    return bucket.watch();
  };
  const bound = {
    get: bucket.get.bind(bucket),
    create: bucket.create.bind(bucket),
    put: bucket.put.bind(bucket),
    update: bucket.update.bind(bucket),
    purge: bucket.purge.bind(bucket),
    newest: bucket.newest.bind(bucket),
  };
  return { bucket: { ...bound, watch }, watches: () => watches };
}

describe('over a slow connection', () => {
  it('loads at the first attempt, also where entries expire meanwhile', async () => {
    await using opened = new AsyncDisposableStack();
    const open = async (url?: string) => opened.adopt(await natsClient(url), (nc) => nc.close());
    const options = { namespace: randomNamespace(), replicas: 1, kind: 'topics' };
    const nc = await open();
    await NatsBucket.prepare(nc, options);
    const before = await NatsBucket.open(nc, options);
    const kv = await new Kvm(jetstream(nc)).open(`${options.namespace}-topics`);
    // More than the server sends before it waits for the client.
    for (let index = 0; index < 60; index += 1) await kv.put(`pad-${index}`, 'x'.repeat(200_000));
    await kv.put('gone', 'x');
    await kv.purge('gone', { ttl: '1s' });
    const newest = await before.newest();

    const line = opened.use(await HeldLine.to(inject('natsUrl')));
    const { bucket, watches } = counted(await NatsBucket.open(await open(line.url), options));
    line.holdAfter(1_000_000);
    const loading = TopicRegistry.load(bucket);
    await eventually(() => line.held > 0);
    await eventually(async () => (await before.newest()) < newest);
    line.release();

    opened.use(await loading);
    expect(watches()).toBe(1);
  });
});
