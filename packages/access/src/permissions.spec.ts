import { describe, expect, it } from 'vitest';
import { parsePermissions } from './permission-set.ts';
import {
  type GuardedTopic,
  type Identity,
  mayAdminister,
  mayConsume,
  mayCreateTopics,
  mayPing,
  mayProduce,
  mayViewStatus,
  type SourceTopic,
} from './permissions.ts';

const NO_GRANTS = { can_produce: [], can_consume: [], can_view_status: [] };

function topic(slug: string, change: Partial<GuardedTopic> = {}): GuardedTopic {
  return { slug, public: false, responseFor: null, ...change, grants: { ...NO_GRANTS, ...change.grants } };
}

const who = (user: string, ...entries: string[]): Identity => ({
  user,
  permissions: parsePermissions(entries).permissions,
});

const weather: SourceTopic = {
  ...topic('weather', { grants: { ...NO_GRANTS, can_consume: ['module'] } }),
  uid: 'u1',
};
const answers = topic('weather_k3jd82hs', {
  responseFor: { slug: 'weather', uid: 'u1' },
  grants: { ...NO_GRANTS, can_consume: ['ada'] },
});

describe('AUT-5 deny by default', () => {
  it('gives nothing to a token without permissions on a topic without grants', () => {
    const ada = who('ada');
    expect([mayProduce, mayConsume, mayViewStatus, mayPing].map((may) => may(ada, weather))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect([mayCreateTopics(ada), mayAdminister(ada)]).toEqual([false, false]);
  });

  it.each([
    ['can_produce:weather', true, false, true],
    ['can_consume:weather', false, true, true],
    ['can_view_status:weather', false, false, true],
    ['can_produce:wea*', true, false, true],
    ['can_consume:*', false, true, true],
    ['can_consume:weathers', false, false, false],
    ['can_consume:weather-*', false, false, false],
    ['administer', false, false, false],
    ['add_brokertopic', false, false, false],
  ])('%s: produce %s, consume %s, status %s', (entry, produce, consume, status) => {
    const ada = who('ada', entry);
    expect([mayProduce(ada, weather), mayConsume(ada, weather), mayViewStatus(ada, weather)]).toEqual([
      produce,
      consume,
      status,
    ]);
    expect(mayPing(ada, weather)).toBe(produce);
  });

  it('unites the claim with stored grants', () => {
    const shared = topic('weather', {
      grants: { can_produce: ['ada'], can_consume: [], can_view_status: ['bob'] },
    });
    expect(mayProduce(who('ada'), shared)).toBe(true);
    expect(mayProduce(who('Ada'), shared)).toBe(false);
    expect(mayViewStatus(who('bob'), shared)).toBe(true);
    expect(mayProduce(who('bob'), shared)).toBe(false);
    expect(mayConsume(who('ada', 'can_consume:wea*'), shared)).toBe(true);
  });
});

describe('AUT-5 answers are private', () => {
  it('no pattern opens a response topic for reading; its exact name and a grant do', () => {
    expect(
      mayConsume(
        who('eve', 'can_consume:*', 'can_consume:weather*', 'can_consume:weather_k3jd82hs*'),
        answers,
      ),
    ).toBe(false);
    expect(mayConsume(who('eve', 'can_consume:weather_k3jd82hs'), answers)).toBe(true);
    expect(mayConsume(who('ada'), answers)).toBe(true);
  });

  it('patterns for other rights hold there as everywhere', () => {
    expect(mayProduce(who('eve', 'can_produce:*'), answers)).toBe(true);
    expect(mayViewStatus(who('eve', 'can_view_status:*'), answers)).toBe(true);
  });
});

describe('RSP-1 who may consume the source topic may answer', () => {
  it('by grant or by pattern', () => {
    expect(mayProduce(who('module'), answers, weather)).toBe(true);
    expect(mayProduce(who('other', 'can_consume:wea*'), answers, weather)).toBe(true);
    expect(mayConsume(who('module'), answers)).toBe(false);
  });

  it('not without the source topic, nor through another one, nor through a later one of the same name', () => {
    expect(mayProduce(who('module'), answers)).toBe(false);
    expect(mayProduce(who('module'), answers, null)).toBe(false);
    expect(mayProduce(who('module'), answers, { ...weather, slug: 'tides' })).toBe(false);
    expect(mayProduce(who('module'), answers, { ...weather, uid: 'u2' })).toBe(false);
  });

  it('gives nothing on ordinary topics', () => {
    expect(mayProduce(who('module'), topic('tides'), weather)).toBe(false);
  });
});

describe('AUT-8 public topics', () => {
  const open = topic('open', { public: true });
  it('are open for all but reading', () => {
    const ada = who('ada');
    expect([
      mayProduce(ada, open),
      mayViewStatus(ada, open),
      mayPing(ada, open),
      mayConsume(ada, open),
    ]).toEqual([true, true, true, false]);
  });
});

describe('AUT-2 anonymous', () => {
  it("holds its grants, which are nobody else's", () => {
    const shared = topic('weather', { grants: { ...NO_GRANTS, can_consume: ['anonymous'] } });
    expect(mayConsume(who('anonymous'), shared)).toBe(true);
    expect(mayConsume(who('ada'), shared)).toBe(false);
  });
});
