import type { Slug } from '@dasf-broker/protocol';
import { describe, expect, it } from 'vitest';
import { partitionOf, Subjects } from './subjects.ts';
import { aMessage, aPing } from './testing/events.ts';

const subjects = new Subjects('ns');
const koeln = 'Köln' as Slug;
/** A subject with wildcards as what it matches. */
const matching = (subject: string) =>
  new RegExp(`^${subject.replaceAll('.', '\\.').replaceAll('*', '([^.]+)')}$`);

describe('Subjects', () => {
  it('store events by type, deliverable ones by topic, too', () => {
    expect(subjects.stored(2, aMessage('m'))).toBe('ns.log.2.message.weather');
    expect(subjects.stored(2, aPing('m'))).toBe('ns.log.2.ping.weather');
    expect(subjects.stored(2, aMessage('m'))).toBe(subjects.storedMessages(2, 'weather' as Slug));
    expect(subjects.stored(2, { type: 'edge-gone', edge: 'e' })).toBe('ns.log.2.edge-gone');
    expect(subjects.stored(2, { type: 'pong', topic: koeln, uid: 'u', user: 'a.b >' })).toBe('ns.log.2.pong');
  });

  it('let no name reach a subject as it is where it is more than letters, digits, - and _', () => {
    expect(subjects.stored(2, aMessage('m', { topic: koeln }))).toBe('ns.log.2.message.=S8O2bG4');
  });

  it.each([aMessage('m', { topic: koeln }), { ...aPing('p'), topic: koeln }])(
    'republish to where topics are listened to: $type',
    (event) => {
      const { src, dest } = subjects.republish(2);
      const [, type = '', topic = ''] = matching(src).exec(subjects.stored(2, event)) ?? [];
      const republished = dest.replace('{{wildcard(1)}}', type).replace('{{wildcard(2)}}', topic);
      expect(republished).toBe(subjects.passing(2, event));
      expect(republished).toMatch(matching(subjects.live(koeln)));
    },
  );

  it('republish nothing else', () => {
    const gone = subjects.stored(2, { type: 'edge-gone', edge: 'e' });
    expect(gone).not.toMatch(matching(subjects.republish(2).src));
  });

  it('stay within their partition', () => {
    expect(subjects.stored(1, aMessage('m')).startsWith(subjects.partition(1).slice(0, -1))).toBe(true);
    expect(subjects.stored(11, aMessage('m')).startsWith(subjects.partition(1).slice(0, -1))).toBe(false);
  });
});

describe('partitionOf', () => {
  it('is fixed for ever: what is stored must be found again', () => {
    expect(
      ['weather', 'Köln', 'a', '天気'].map((name) => partitionOf(name as Slug, 16)),
    ).toMatchInlineSnapshot(`
      [
        3,
        13,
        12,
        2,
      ]
    `);
  });

  it('spreads topics over all partitions', () => {
    const counts = Array<number>(8).fill(0);
    for (let index = 0; index < 8000; index += 1) {
      const partition = partitionOf(`topic-${index}` as Slug, counts.length);
      counts[partition] = (counts[partition] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(800);
    expect(counts.reduce((sum, count) => sum + count)).toBe(8000);
  });
});
