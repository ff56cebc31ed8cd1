import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { identify } from './process-identity.ts';
import { RunFile, readRun } from './run-file.ts';

it('records who runs, and is gone after a clean end', () => {
  using folder = mkdtempDisposableSync(`${tmpdir()}/dasf-run-`);
  const self = identify(process.pid);
  const run = new RunFile(folder.path);

  run.add('store', process.pid);
  expect(readRun(folder.path)).toEqual({
    starter: self,
    stopping: false,
    children: [{ name: 'store', ...self }],
  });

  run.remove(process.pid);
  run.markStopping();
  expect(readRun(folder.path)).toEqual({ starter: self, stopping: true, children: [] });

  run.delete();
  run.markStopping();
  expect(readRun(folder.path)).toBeUndefined();
});
