import { expect, it } from 'vitest';
import { Given, wordsOf } from './given.ts';
import { readiness } from './readiness.ts';

const AWAY = { kind: 'edge', state: 'unready', says: /nats: does not answer/ } as const;
const COMPLAINT = '[-] nats: does not answer\nnot ready\n';
const said = (given: Given) => wordsOf(readiness, given);

it('is content with services that are ready in the end', () => {
  expect(said(new Given().readiness('ready').readiness('unready', COMPLAINT).readiness('ready'))).toEqual([]);
});

it('finds a service that does not become ready again, and tells why', () => {
  const given = new Given().readiness('ready').fault('cut off').readiness('unready', COMPLAINT);
  expect(said(given.fault('heals', true))).toEqual([
    'edge-1 is unready in the end: [-] nats: does not answer',
  ]);
});

it('finds what a ready service does without, but for what it sent to the log last', () => {
  const degraded = '[+] nats: ok\n[-] partitions: 0 is degraded\nok\n';
  expect(said(new Given().readiness('ready', degraded))).toEqual([
    'edge-1 is ready in the end: [-] partitions: 0 is degraded',
  ]);
  expect(said(new Given().readiness('ready', '[-] log: partition 0: no answer\nok\n'))).toEqual([]);
});

it('finds a service that does not answer in the end', () => {
  expect(said(new Given().readiness('ready').readiness('silent'))).toEqual([
    'edge-1 is silent in the end: it says nothing',
  ]);
});

it('is content where a service told what the fault announces', () => {
  const given = new Given()
    .announces(AWAY)
    .readiness('ready')
    .fault('paused')
    .readiness('unready', COMPLAINT);
  expect(said(given.later(6000).fault('goes on', true).readiness('ready'))).toEqual([]);
});

it('finds that nobody told of a fault', () => {
  const given = new Given().announces(AWAY).readiness('ready').fault('paused');
  const silence = ['no edge was unready and said /nats: does not answer/'];
  expect(said(given.later(6000).fault('goes on', true))).toEqual(silence);
  expect(said(given.readiness('unready', COMPLAINT).readiness('ready'))).toEqual(silence);
});

it('takes neither other words nor the words of a service that counts as ready', () => {
  const given = new Given().announces(AWAY).fault('paused').readiness('unready', '[-] registry: old\n');
  given.readiness('ready', COMPLAINT).later(6000).fault('goes on', true).readiness('ready');
  expect(said(given)).toEqual(['no edge was unready and said /nats: does not answer/']);
});

it('asks nothing of a fault that was over at once', () => {
  const given = new Given().announces(AWAY).readiness('ready').fault('paused').later(3000);
  expect(said(given.fault('goes on', true))).toEqual([]);
});
