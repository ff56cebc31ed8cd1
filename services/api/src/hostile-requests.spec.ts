import { gzipSync } from 'node:zlib';
import { WireSocket } from '@dasf-broker/testing';
import { describe, expect, it } from 'vitest';
import { createScene } from './testing/scene.ts';

const TOPICS = '/api/v1/topics';

describe('T34: a body that is called something else than JSON', () => {
  it.each([
    'text/plain',
    'application/xml',
    'application/json\ta',
    'application/json x',
    'multipart/form-data',
    'json',
  ])('is not read: %j', async (type) => {
    await using scene = await createScene();
    const request = { method: 'POST', body: '{"name":"weather"}', headers: { 'content-type': type } };
    const answer = await scene.ask(TOPICS, await scene.token('olga', 'administer'), request);
    expect([400, 415]).toContain(answer.status);
    expect([...scene.registry.topics()]).toEqual([]);
  });
});

describe('T17: a body that is compressed', () => {
  it('is not inflated', async () => {
    await using scene = await createScene();
    const answer = await scene.ask(TOPICS, await scene.token('olga', 'administer'), {
      method: 'POST',
      body: gzipSync('{"name":"weather"}'),
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    });
    expect(answer.status).toBe(400);
    expect([...scene.registry.topics()]).toEqual([]);
  });
});

describe('T28: a member that means something to JavaScript', () => {
  it.each([
    '{"name":"weather","__proto__":{"public":true}}',
    '{"name":"weather","constructor":{"prototype":{}}}',
  ])('is refused: %s', async (body) => {
    await using scene = await createScene();
    const request = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    const answer = await scene.ask(TOPICS, await scene.token('olga', 'administer'), request);
    expect(answer.status).toBe(400);
    expect(Object.hasOwn(Object.prototype, 'public')).toBe(false);
  });
});

describe('T35: a request that two servers would read in two ways', () => {
  const HEAD = ['POST /api/v1/topics HTTP/1.1', 'Host: broker', 'Content-Type: application/json'];
  it.each([
    ['two lengths', ['Content-Length: 4', 'Content-Length: 5'], 'abcde'],
    ['a length and chunks', ['Content-Length: 4', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['chunks that are not the last coding', ['Transfer-Encoding: chunked, identity'], '0\r\n\r\n'],
    ['a space before the colon', ['Content-Length : 4'], 'abcd'],
    ['a length with a sign', ['Content-Length: +4'], 'abcd'],
    ['a folded line', ['X-A: b', ' Content-Length: 4'], 'abcd'],
    ['a line that ends in the middle', ['X-A: b\rContent-Length: 4'], 'abcd'],
  ])('is refused for %s, and its connection ended', async (_, lines, body) => {
    await using scene = await createScene();
    await using peer = await WireSocket.connect(scene.api.address);
    peer.write(`${[...HEAD, ...lines, '', ''].join('\r\n')}${body}`);
    const { status } = await peer.head();
    expect(status).toBe(400);
    await peer.closed;
    expect((await scene.ask('/openapi.json')).status).toBe(200);
  });
});

describe('T37: an answer that repeats what was asked for', () => {
  it('is never a page', async () => {
    await using scene = await createScene();
    const asked = encodeURIComponent('<script>alert(1)</script>');
    for (const path of [`${asked}/status/`, `/${asked}`, `${TOPICS}/${asked}`]) {
      const answer = await scene.ask(path, await scene.token('olga', 'administer'));
      expect(answer.headers.get('content-type')).toMatch(/^(?:text\/plain|application\/problem\+json)/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(await answer.text()).not.toContain('<script>');
    }
  });
});
