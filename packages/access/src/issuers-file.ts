import { type ClaimRule, claimRule } from './claim-rules.ts';
import { isTrustworthy } from './issuer-document.ts';
import { parsePermissions } from './permission-set.ts';
import { Placed, PlacedFault } from './placed.ts';

/** An OpenID Connect issuer as the operator describes it. */
export interface IssuerDescription {
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly algorithms: readonly string[];
  readonly type: string | undefined;
  readonly keySetUrl: URL | undefined;
  readonly userClaim: string;
  readonly userPrefix: string;
  /** The claim that holds permissions in this broker's own words, if any. */
  readonly permissionsClaim: string | undefined;
  readonly rules: readonly ClaimRule[];
}

const MEMBERS = [
  'issuer',
  'audience',
  'algorithms',
  'type',
  'keySetUrl',
  'userClaim',
  'userPrefix',
  'permissionsClaim',
  'permissions',
] as const;

/** Public keys only: a shared secret is never an issuer's. */
const ALGORITHMS = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

const PREFIX = /^[\x21-\x7e]{0,64}$/;

/**
 * Reads `{"issuers": [{"issuer": …}, …]}`.
 *
 * @throws {PlacedFault} naming the first place that is not as it must be, and what is right there
 */
export function parseIssuers(text: string): IssuerDescription[] {
  const file = new Placed('', parsedJson(text));
  const { issuers } = file.object(['issuers'], 'an object such as {"issuers": [{"issuer": "https://…"}]}');
  const descriptions = issuers.list('a list of one or more issuers').map(parseIssuer);
  assertApart(descriptions);
  return descriptions;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PlacedFault('the file', `is not JSON (${(cause as Error).message})`);
  }
}

function parseIssuer(entry: Placed): IssuerDescription {
  const of = entry.object(MEMBERS, 'an object with "issuer", "audience" and "userPrefix"');
  return {
    issuer: of.issuer.text('the https address that stands as "iss" in its tokens', isAddress),
    audiences: textsOf(
      of.audience,
      'what stands as "aud" in tokens for this broker, or a list of such texts',
    ),
    algorithms: algorithmsOf(of.algorithms),
    type: optionalText(of.type, 'what stands as "typ" in the header of its tokens, such as "at+jwt"'),
    keySetUrl: given(of.keySetUrl) && new URL(of.keySetUrl.text('an https address', isAddress)),
    userClaim: optionalText(of.userClaim, 'the name of a claim') ?? 'sub',
    userPrefix: of.userPrefix.text('what its users’ names begin with here, such as "helmholtz:"', (text) =>
      PREFIX.test(text),
    ),
    permissionsClaim: optionalText(of.permissionsClaim, 'the name of a claim'),
    rules: given(of.permissions) ? rulesOf(of.permissions) : [],
  };
}

function given({ value }: Placed): true | undefined {
  return value === undefined ? undefined : true;
}

function optionalText(placed: Placed, takes: string): string | undefined {
  return given(placed) && placed.text(takes);
}

function textsOf(placed: Placed, takes: string): string[] {
  if (!Array.isArray(placed.value)) return [placed.text(takes)];
  return placed.list(takes).map((item) => item.text('a text'));
}

function algorithmsOf(placed: Placed): string[] {
  if (!given(placed)) return ['RS256'];
  const known = (text: string) => ALGORITHMS.includes(text);
  return placed
    .list('a list of algorithms')
    .map((item) => item.text(`one of ${ALGORITHMS.join(', ')}`, known));
}

function rulesOf(placed: Placed): ClaimRule[] {
  const claims = placed.members('an object with a claim’s name for each object of values');
  return [...claims].map(([claim, values]) => {
    const members = values.members('an object with a list of permissions for each value of the claim');
    return claimRule(
      claim,
      new Map([...members].map(([value, list]) => [value, permissionsOf(value, list)])),
    );
  });
}

function permissionsOf(value: string, placed: Placed): string[] {
  if (value.slice(0, -1).includes('*'))
    throw new PlacedFault(placed.place, 'has a "*" elsewhere than at its end');
  return placed
    .list('a list of permissions')
    .map((item) =>
      item.text(
        'a permission such as can_produce:weather, can_consume:tides-*, can_view_status:* or add_brokertopic',
        (text) => parsePermissions([text]).ignored.length === 0,
      ),
    );
}

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && isTrustworthy(url) && !/[?#]/.test(text) && url.username === '';
}

/** Two issuers' users must not be one: no name may begin as those of another issuer do. */
function assertApart(descriptions: readonly IssuerDescription[]): void {
  for (const [index, one] of descriptions.entries()) {
    for (const [other, { issuer, userPrefix }] of descriptions.slice(0, index).entries()) {
      const here = `issuers[${index}]`;
      if (issuer === one.issuer) throw new PlacedFault(`${here}.issuer`, `is that of issuers[${other}], too`);
      if (!one.userPrefix.startsWith(userPrefix) && !userPrefix.startsWith(one.userPrefix)) continue;
      throw new PlacedFault(
        `${here}.userPrefix`,
        `is ${JSON.stringify(one.userPrefix)}, which users of issuers[${other}] (${JSON.stringify(userPrefix)}) may have, too; it takes a prefix of which neither begins with the other`,
      );
    }
  }
}
