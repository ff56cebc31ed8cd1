import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RepeatedWork } from './repeated-work.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Work that a test finishes. */
function openScene() {
  const runs: PromiseWithResolvers<void>[] = [];
  const failures: unknown[] = [];
  const scene = { runs, failures, isWanted: true };
  const work = () => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  };
  const repeated = new RepeatedWork({
    work,
    isWanted: () => scene.isWanted,
    failed: (error) => failures.push(error),
  });
  return Object.assign(scene, { repeated });
}

describe('repeated work', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is done once more for all who ask while it is under way', async () => {
    const { repeated, runs } = openScene();
    for (let asked = 0; asked < 3; asked += 1) repeated.request();
    expect(runs).toHaveLength(1);
    runs[0]?.resolve();
    await settled();
    expect(runs).toHaveLength(2);
    runs[1]?.resolve();
    await settled();
    expect(runs).toHaveLength(2);
    repeated.request();
    expect(runs).toHaveLength(3);
  });

  it('is tried again after a while where it failed', async () => {
    const { repeated, runs, failures } = openScene();
    repeated.request();
    runs[0]?.reject('away');
    await settled();
    expect(failures).toEqual(['away']);
    expect(runs).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect(runs).toHaveLength(2);
  });

  it('ends where it is not wanted any more', async () => {
    const scene = openScene();
    scene.repeated.request();
    scene.repeated.request();
    scene.isWanted = false;
    scene.runs[0]?.resolve();
    await settled();
    expect(scene.runs).toHaveLength(1);
  });
});
