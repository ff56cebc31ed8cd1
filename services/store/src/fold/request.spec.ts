import type { MessagePublished } from '@dasf-broker/log';
import { expect, test } from 'vitest';
import { eventsOf, recordsOf } from '../testing/events.ts';
import { fold } from './evolve.ts';

const source = eventsOf('uid-source');
const { message, answered, asked, deleted } = eventsOf('uid-1');
const expired = (messagesBefore: number, requestsBefore: number) =>
  ({ type: 'expired', messagesBefore, requestsBefore }) as const;

const request = (requestContext: string) =>
  source.message('q', 'cache', { responseTopic: 'weather', responseUid: 'uid-1', requestContext });
const onResponseTopic = (messageType: string, requestContext: string, more: Partial<MessagePublished> = {}) =>
  message('a', 'cache', { messageType, requestContext, ...more });
const requestsOf = (...events: Parameters<typeof recordsOf>) =>
  [...fold(recordsOf(...events)).requests.values()].map(({ context, opened, fragments }) => [
    context,
    opened?.sequence,
    fragments.length,
  ]);

test('GC-3: a message that names a response topic and has a context is an open request', () => {
  expect(requestsOf(request('7'), asked('8'))).toEqual([
    ['7', 1, 0],
    ['8', 2, 0],
  ]);
});

test('GC-3: without a context nothing is open, but the response topic is in use', () => {
  const named = source.message('q', 'cache', { responseTopic: 'weather', responseUid: 'uid-1' });
  const changes = fold(recordsOf(message('a', 'cache'), named));
  expect(changes.requests.size).toBe(0);
  expect(changes.touchedTopics.get('uid-1')?.lastEvent).toBe(2000);
});

test.each(['response', 'pong'])('GC-3: a %s with the same context closes it', (type) => {
  expect(requestsOf(request('7'), onResponseTopic(type, '7'))).toEqual([['7', undefined, 0]]);
  expect(requestsOf(request('7'), answered('7'))).toEqual([['7', undefined, 0]]);
});

test.each(['progress', 'log', 'info', 'request'])('GC-3: a %s does not', (type) => {
  expect(requestsOf(request('7'), onResponseTopic(type, '7'))).toEqual([['7', 1, 0]]);
});

test('GC-3: neither does an answer to another request, nor one before it', () => {
  expect(requestsOf(request('7'), onResponseTopic('response', '8'))[0]).toEqual(['7', 1, 0]);
  expect(requestsOf(onResponseTopic('response', '7'), request('7'))).toEqual([['7', 2, 0]]);
});

test('GC-3: fragments of an answer are counted; a request with the same context begins anew', () => {
  const part = (fragment: number) => onResponseTopic('response', '7', { fragment, numFragments: 3 });
  expect(requestsOf(request('7'), part(0), part(1))).toEqual([['7', 1, 2]]);
  expect(requestsOf(request('7'), part(0), request('7'))).toEqual([['7', 3, 0]]);
});

test('a long context is kept by its hash', () => {
  const [[context] = []] = requestsOf(request('x'.repeat(10_000)));
  expect(context).toMatch(/^sha256:/);
});

test('nothing is open on a response topic that is deleted', () => {
  expect(requestsOf(request('7'), deleted())).toEqual([]);
  expect(requestsOf(deleted(), request('7'))).toEqual([]);
});

test('what is too old is what came before the event that says so', () => {
  const { expiries, messages } = fold(
    recordsOf(message('a', 'cache'), expired(3001, 5), message('b', 'cache')),
  );
  expect(expiries).toEqual([{ sequence: 2, messagesBefore: 3001, requestsBefore: 5 }]);
  expect(messages.size).toBe(2);
});
