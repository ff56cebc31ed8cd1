import { describe, expect, it } from 'vitest';
import { NO_PERMISSIONS, parsePermissions, permissionEntries } from './permission-set.ts';

describe('AUT-5 reading the permissions claim', () => {
  it('knows names, beginnings of names, and all', () => {
    const { permissions, ignored } = parsePermissions([
      'add_brokertopic',
      'administer',
      'can_produce:weather',
      'can_consume:weather-*',
      'can_view_status:*',
    ]);
    expect(ignored).toEqual([]);
    expect(permissions).toEqual({
      addTopics: true,
      administer: true,
      can_produce: { exact: new Set(['weather']), prefixes: [] },
      can_consume: { exact: new Set(), prefixes: ['weather-'] },
      can_view_status: { exact: new Set(), prefixes: [''] },
    });
  });

  const malformed = [
    'can_produce',
    'can_produce:',
    'can_produce:**',
    'can_produce:*weather',
    'can_produce:a*b',
    'can_produce:a*b*',
    'can_produce:weather ',
    ' can_produce:weather',
    'can_produce: weather',
    'Can_produce:weather',
    'can_produce:weather:x',
    'can_produce:we.ather',
    'can_produce:we>*',
    'can_produce:status-ping',
    `can_produce:${'x'.repeat(256)}`,
    'can_publish:weather',
    'add_brokertopic:weather',
    'add_brokertopic ',
    'ADMINISTER',
    'administer:*',
    '*',
    '',
    '__proto__:*',
    7,
    null,
    ['administer'],
    { administer: true },
  ];
  it.each(malformed.map((entry) => [entry]))('ignores %j', (entry) => {
    expect(parsePermissions([entry])).toEqual({ permissions: NO_PERMISSIONS, ignored: [entry] });
  });

  it.each([[undefined], [null], ['administer'], [{ 0: 'administer', length: 1 }], [true]])(
    'gives nothing for %j',
    (claim) => {
      expect(parsePermissions(claim).permissions).toEqual(NO_PERMISSIONS);
    },
  );

  it('takes names of every script, and beginnings of any length', () => {
    const name = 'я'.repeat(255);
    expect(
      parsePermissions([`can_consume:${name}`, `can_consume:${name}*`, 'can_consume:status-ping*']).ignored,
    ).toEqual([]);
  });
});

it('AUT-5 permissions are written so that the same are read', () => {
  const entries = [
    'add_brokertopic',
    'administer',
    'can_produce:weather',
    'can_produce:*',
    'can_consume:weather-*',
    'can_consume:status-ping*',
    'can_view_status:天気',
  ];
  for (const some of [entries, entries.slice(3), []]) {
    const { permissions } = parsePermissions(some);
    expect(permissionEntries(permissions).toSorted()).toEqual(some.toSorted());
    expect(parsePermissions(permissionEntries(permissions)).permissions).toEqual(permissions);
  }
});
