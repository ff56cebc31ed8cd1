import { expect, it } from 'vitest';
import { sharesOf } from './shares.ts';

const frame = (functionName: string, url = '') => ({
  callFrame: { functionName, url, scriptId: '1', lineNumber: 0, columnNumber: 0 },
});

it('tells where time went, without that in which nothing was done', () => {
  const nodes = [
    { id: 1, ...frame('(root)') },
    { id: 2, ...frame('(idle)') },
    { id: 3, ...frame('writev') },
    { id: 4, ...frame('writeBuffer') },
    { id: 5, ...frame('take', 'file:///broker/services/edge/src/limits/turns.ts') },
    { id: 6, ...frame('', 'file:///n/node_modules/.pnpm/@a+b@1/node_modules/@a/b/lib/c.js') },
    { id: 7, ...frame('read', 'node:net') },
  ];
  const samples = [2, 3, 4, 5, 6, 7, 3];
  const timeDeltas = [1000, 10, 10, 20, 40, 10, 10];
  expect(sharesOf({ nodes, startTime: 0, endTime: 1100, samples, timeDeltas })).toEqual([
    { what: '(anonymous), c.js (@a/b)', share: 0.4 },
    { what: 'bytes handed to the system', share: 0.3 },
    { what: 'take, turns.ts (ours)', share: 0.2 },
    { what: 'read, node:net (Node)', share: 0.1 },
  ]);
});
