import type { JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { claimRule, permissionsByClaims } from './claim-rules.ts';

const GROUP = 'urn:geant:helmholtz.de:group:HZG:dasf#login.helmholtz.de';
const rules = [
  claimRule(
    'eduperson_entitlement',
    new Map([
      [GROUP, ['can_consume:tides-*', 'add_brokertopic']],
      ['urn:geant:helmholtz.de:group:HZG:*', ['can_view_status:*']],
    ]),
  ),
  claimRule('/realm_access/roles', new Map([['operator', ['administer']]])),
  claimRule('sub', new Map([['*', ['can_produce:everybody']]])),
];
const worth = (claims: JWTPayload) => permissionsByClaims(claims, rules);

describe('AUT-5 what claims are worth', () => {
  it('is the sum of all that fits: values as they stand and beginnings', () => {
    expect(worth({ eduperson_entitlement: [GROUP, 'urn:other'] })).toEqual([
      'can_consume:tides-*',
      'add_brokertopic',
      'can_view_status:*',
    ]);
    expect(worth({ eduperson_entitlement: 'urn:geant:helmholtz.de:group:HZG:x' })).toEqual([
      'can_view_status:*',
    ]);
    expect(worth({ sub: 'ada', realm_access: { roles: ['operator'] } })).toEqual([
      'administer',
      'can_produce:everybody',
    ]);
  });

  it.each([
    ['no claims', {}],
    ['another case', { eduperson_entitlement: [GROUP.toUpperCase()] }],
    ['a beginning of a value', { eduperson_entitlement: ['urn:geant:helmholtz.de:group'] }],
    ['a value inside another', { eduperson_entitlement: [`x${GROUP}`] }],
    ['what is no text', { eduperson_entitlement: [[GROUP], { [GROUP]: true }, 7, null, true] }],
    ['an object', { eduperson_entitlement: { 0: GROUP, length: 1 } }],
    ['the name with its path', { '/realm_access/roles': ['operator'] }],
    ['a path that ends early', { realm_access: 'operator' }],
    ['a path through what is inherited', { realm_access: Object.create({ roles: ['operator'] }) }],
  ])('is nothing for %s', (_, claims) => {
    expect(worth(claims)).toEqual([]);
  });

  it('may stand under names with slashes', () => {
    const rule = claimRule('/https:~1~1example.org~1groups', new Map([['a', ['administer']]]));
    expect(permissionsByClaims({ 'https://example.org/groups': ['a'] }, [rule])).toEqual(['administer']);
    const plain = claimRule('https://example.org/groups', new Map([['a', ['administer']]]));
    expect(permissionsByClaims({ 'https://example.org/groups': ['a'] }, [plain])).toEqual(['administer']);
  });
});
