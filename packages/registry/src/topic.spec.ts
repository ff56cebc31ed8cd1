import type { Slug } from '@dasf-broker/protocol';
import { describe, expect, it } from 'vitest';
import { closing, isTopic, newTopic, reopened, withGrant, withoutGrant } from './topic.ts';

const topic = newTopic({ slug: 'weather' as Slug, partition: 3, creator: 'ada' });

it('PUB-3: a new topic is not public, supports DASF and has the default retention', () => {
  expect(topic).toMatchObject({
    slug: 'weather',
    partition: 3,
    creator: 'ada',
    public: false,
    supportsDasf: true,
    retention: null,
    responseFor: null,
    grants: { can_produce: [], can_consume: [], can_view_status: [] },
  });
  expect(newTopic(topic).uid).not.toBe(topic.uid);
});

it('gives and takes a right', () => {
  const granted = withGrant(withGrant(topic, 'can_consume', 'ada'), 'can_consume', 'bob');
  expect(granted.grants).toEqual({ can_produce: [], can_consume: ['ada', 'bob'], can_view_status: [] });
  expect(withoutGrant(granted, 'can_consume', 'ada').grants.can_consume).toEqual(['bob']);
  expect(topic.grants.can_consume).toEqual([]);
});

it('keeps what a newer version wrote into it, whatever is changed', () => {
  const newer = { ...topic, colour: 'blue', grants: { ...topic.grants, can_paint: ['bob'] } };
  expect(isTopic(newer)).toBe(true);
  const changed = reopened(
    closing(withoutGrant(withGrant(newer, 'can_consume', 'ada'), 'can_consume', 'ada')),
  );
  expect(changed).toEqual(newer);
});

it('is the same object where nothing changes', () => {
  const granted = withGrant(topic, 'can_produce', 'ada');
  expect(withGrant(granted, 'can_produce', 'ada')).toBe(granted);
  expect(withoutGrant(granted, 'can_consume', 'ada')).toBe(granted);
});

describe('an entry of the registry', () => {
  const response = newTopic({ ...topic, responseFor: { slug: 'tides' as Slug, uid: 'u' } });
  it.each([topic, response, { ...topic, retention: 'store', closing: true }])('is whole: %o', (entry) => {
    expect(isTopic(JSON.parse(JSON.stringify(entry)))).toBe(true);
  });

  it.each([
    null,
    7,
    [],
    {},
    { ...topic, slug: 'no slug' },
    { ...topic, uid: undefined },
    { ...topic, partition: '0' },
    { ...topic, public: 'yes' },
    { ...topic, supportsDasf: 1 },
    { ...topic, retention: 'for ever' },
    { ...topic, responseFor: 'tides' },
    { ...topic, creator: null },
    { ...topic, grants: undefined },
    { ...topic, grants: { ...topic.grants, can_consume: undefined } },
    { ...topic, grants: { ...topic.grants, can_consume: [1] } },
  ])('lacks what others rely on: %o', (entry) => {
    expect(isTopic(entry)).toBe(false);
  });
});
