import { describe, expect, it } from 'vitest';
import { parseAddress } from './address.ts';

const parse = (path: string, route = 'ws/') => parseAddress(path, route);
const producer = (topic: string) => ({ kind: 'producer', topic });
const consumer = (topic: string, subscription: string) => ({ kind: 'consumer', topic, subscription });

describe.each(['', '/'])('with %j at the end', (slash) => {
  it('URL-1: a producer', () => {
    expect(parse(`/ws/weather${slash}`)).toEqual(producer('weather'));
    expect(parse(`/ws/K%C3%B6ln_%E5%A4%A9-1${slash}`)).toEqual(producer('Köln_天-1'));
  });

  it('URL-2: a consumer', () => {
    expect(parse(`/ws/weather/backend.1:x${slash}`)).toEqual(consumer('weather', 'backend.1:x'));
    expect(parse(`/ws/weather/a%3Ab%C3%BC${slash}`)).toEqual(consumer('weather', 'a:bü'));
  });

  it('URL-3: the pong connection', () => {
    expect(parse(`/ws/status-ping${slash}`)).toEqual({ kind: 'pong' });
    expect(parse(`/ws/status%2Dping${slash}`)).toEqual({ kind: 'pong' });
    expect(parse(`/ws/status-ping/x${slash}`)).toBeUndefined();
    expect(parse(`/ws/weather/status-ping${slash}`)).toEqual(consumer('weather', 'status-ping'));
  });

  it.each(['persistent', 'non-persistent'])('URL-4: Pulsar, %s', (persistence) => {
    const pulsar = (kind: string, rest: string) =>
      parse(`/ws/v2/${kind}/${persistence}/public/default/${rest}${slash}`, 'elsewhere/');
    expect(pulsar('producer', 'weather')).toEqual(producer('weather'));
    expect(pulsar('producer', 'K%C3%B6ln')).toEqual(producer('Köln'));
    expect(pulsar('consumer', 'weather/sub:1')).toEqual(consumer('weather', 'sub:1'));
    expect(pulsar('producer', 'status-ping')).toEqual({ kind: 'pong' });
    expect(pulsar('consumer', 'status-ping/x')).toBeUndefined();
    expect(pulsar('consumer', 'weather')).toBeUndefined();
    expect(pulsar('producer', 'weather/sub')).toBeUndefined();
    expect(pulsar('reader', 'weather')).toBeUndefined();
  });
});

it('URL-1: two spellings are two topics', () => {
  expect(parse('/ws/o%CC%88')).toBeUndefined();
  expect(parse('/ws/%C3%B6')).toEqual(producer('ö'));
});

it.each(['ws/', '/ws/', 'ws', 'a/b/'])('takes the route %s', (route) => {
  const prefix = route.replace(/^\/|\/$/g, '');
  expect(parse(`/${prefix}/weather`, route)).toEqual(producer('weather'));
  expect(parse('/weather', route)).toBeUndefined();
});

it('takes an empty route', () => {
  expect(parse('/weather', '')).toEqual(producer('weather'));
  expect(parse('/weather/s', '')).toEqual(consumer('weather', 's'));
});

describe('URL-5: no address', () => {
  it.each([
    '/',
    '/ws',
    '/ws/',
    '/ws//',
    '//ws/weather',
    '/wsx/weather',
    '/other/weather',
    '/ws/weather/sub/more',
    '/ws/weather//',
    '/ws//sub',
    '/ws/a%20b',
    '/ws/a.b',
    '/ws/a%2Fb',
    '/ws/weather/a%2Fb',
    '/ws/weather/a%20b',
    '/ws/%',
    '/ws/%FF',
    '/ws/weather/%C3',
    `/ws/${'a'.repeat(256)}`,
    `/ws/weather/${'a'.repeat(256)}`,
    '/ws/v2/producer/persistent/other/default/weather',
    '/ws/v2/producer/persistent/public/other/weather',
    '/ws/v2/producer/somehow/public/default/weather',
    '/v2/producer/persistent/public/default/weather',
  ])('%s', (path) => expect(parse(path)).toBeUndefined());
});
