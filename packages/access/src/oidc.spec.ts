import { randomBytes } from 'node:crypto';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '@dasf-broker/config';
import { OidcIssuer } from '@dasf-broker/testing';
import type { JWTPayload } from 'jose';
import { describe, expect, it } from 'vitest';
import { authenticate } from './authenticate.ts';
import { parsePermissions } from './permission-set.ts';
import { parseSecret } from './secret.ts';
import { NO_SERVICE_TOKENS } from './service-token.ts';
import { accessSettings, accessSpecs } from './settings.ts';
import { signToken } from './sign-token.ts';

const SECRET = randomBytes(32).toString('base64url');

/** A broker that takes tokens of two issuers and of its own secret. */
async function createScene(change: object = {}, env: Record<string, string> = {}) {
  await using opening = new AsyncDisposableStack();
  const [one, other] = [opening.use(await OidcIssuer.start()), opening.use(await OidcIssuer.start())];
  const folder = opening.use(await mkdtempDisposable(join(tmpdir(), 'dasf-issuers-')));
  const path = join(folder.path, 'issuers.json');
  const issuers = [
    { issuer: one.url, audience: 'dasf-broker', userPrefix: 'one:', ...change },
    { issuer: other.url, audience: 'other-audience', userPrefix: 'other:' },
  ];
  await writeFile(path, JSON.stringify({ issuers }));
  const read = readSettings(accessSpecs, { DASF_JWT_SECRET: SECRET, DASF_OIDC_ISSUERS_FILE: path, ...env });
  const settings = accessSettings(read);
  const running = opening.move();
  return {
    one,
    other,
    path,
    identify: (token: string) =>
      authenticate({ headers: { authorization: `Bearer ${token}` }, url: '/' }, settings, {
        serviceTokens: NO_SERVICE_TOKENS,
      }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const own = (sub: string) => signToken({ sub, permissions: [], ttlSeconds: 60 }, parseSecret(SECRET));
const invalid = { code: 'TOKEN_INVALID', status: 401 };

describe('AUT-2 users of several issuers', () => {
  it('are told apart by their prefix, beside those of the shared secret', async () => {
    await using scene = await createScene();
    expect((await scene.identify(await scene.one.sign())).user).toBe('one:ada');
    expect((await scene.identify(await scene.other.sign({ aud: 'other-audience' }))).user).toBe('other:ada');
    expect((await scene.identify(await own('ada'))).user).toBe('ada');
  });

  it('are those of a claim, where one is configured', async () => {
    await using scene = await createScene({ userClaim: 'preferred_username' });
    expect((await scene.identify(await scene.one.sign({ preferred_username: 'lovelace' }))).user).toBe(
      'one:lovelace',
    );
    for (const claim of [undefined, '', ['a'], 7, 'a\nb', 'x'.repeat(252)])
      await expect(
        scene.identify(await scene.one.sign({ preferred_username: claim } as JWTPayload)),
      ).rejects.toMatchObject(invalid);
  });

  it('are never anonymous, nor of another issuer', async () => {
    await using scene = await createScene({ userPrefix: 'anon' });
    for (const sub of ['ymous', 'YMOUS', 'anonymous'])
      await expect(scene.identify(await scene.one.sign({ sub }))).rejects.toMatchObject(invalid);
    await expect(scene.identify(await own('other:ada'))).rejects.toMatchObject(invalid);
  });
});

describe('AUT-5 permissions of an issuer’s users', () => {
  const entitlement = 'urn:geant:helmholtz.de:group:HZG:dasf#login.helmholtz.de';
  const permissions = {
    eduperson_entitlement: { [entitlement]: ['can_consume:tides-*', 'add_brokertopic'] },
  };

  it('are what their claims are worth', async () => {
    await using scene = await createScene({ permissions });
    const { permissions: held } = await scene.identify(
      await scene.one.sign({ eduperson_entitlement: [entitlement] }),
    );
    expect(held).toEqual(parsePermissions(['can_consume:tides-*', 'add_brokertopic']).permissions);
  });

  it('are not what the issuer calls so, unless that is configured', async () => {
    const claims = { permissions: ['administer'], dasf: ['can_produce:weather'] };
    await using deaf = await createScene({ permissions });
    expect((await deaf.identify(await deaf.one.sign(claims))).permissions).toEqual(
      parsePermissions([]).permissions,
    );
    await using told = await createScene({ permissionsClaim: 'dasf' });
    expect((await told.identify(await told.one.sign(claims))).permissions).toEqual(
      parsePermissions(['can_produce:weather']).permissions,
    );
  });
});

describe('AUT-3 tokens of an issuer', () => {
  const inTheFuture = Math.floor(Date.now() / 1000) + 3600;
  it.each([
    ['T12: for another audience', { aud: 'elsewhere' }, {}, 'TOKEN_INVALID'],
    ['T12: for the audience of another issuer', { aud: 'other-audience' }, {}, 'TOKEN_INVALID'],
    ['T12: without an audience', { aud: undefined }, {}, 'TOKEN_INVALID'],
    ['T12: of another type', {}, { typ: 'JWT' }, 'TOKEN_INVALID'],
    ['T12: of no type', {}, { typ: undefined }, 'TOKEN_INVALID'],
    ['T10: issued in the future', { iat: inTheFuture }, { typ: 'at+jwt' }, 'TOKEN_NOT_YET_VALID'],
    ['T10: not valid yet', { nbf: inTheFuture }, { typ: 'at+jwt' }, 'TOKEN_NOT_YET_VALID'],
    ['T5: expired', { exp: 1, iat: 0 }, { typ: 'at+jwt' }, 'TOKEN_EXPIRED'],
    ['T5: without an end', { exp: undefined }, { typ: 'at+jwt' }, 'TOKEN_INVALID'],
  ])('%s are refused', async (_, claims, header, code) => {
    await using scene = await createScene({ type: 'at+jwt' });
    const fault = scene.identify(await scene.one.sign(claims as JWTPayload, header));
    await expect(fault).rejects.toMatchObject({ code, status: 401 });
    const good = await scene.identify(await scene.one.sign({}, { typ: 'at+jwt' }));
    expect(good.user).toBe('one:ada');
  });

  it('T12: are never taken for those of another one', async () => {
    await using scene = await createScene();
    const borrowed = await scene.other.sign({ iss: scene.one.url });
    await expect(scene.identify(borrowed)).rejects.toMatchObject(invalid);
    const strange = await scene.other.sign({ iss: 'https://nobody.example.org' });
    await expect(scene.identify(strange)).rejects.toMatchObject(invalid);
    expect(scene.other.asked).toEqual([]);
  });

  it('T6: are never taken with another algorithm than is configured', async () => {
    await using scene = await createScene({ algorithms: ['ES256'] });
    await expect(scene.identify(await scene.one.sign())).rejects.toMatchObject(invalid);
    expect(scene.one.asked).toEqual([]);
  });

  it('T6: of the shared secret do not verify with a public key, nor the other way round', async () => {
    await using scene = await createScene();
    const asSecret = await signToken(
      { sub: 'ada', permissions: [], ttlSeconds: 60, issuer: scene.one.url },
      new Uint8Array(Buffer.from(JSON.stringify(scene.one.publicKey))),
    );
    await expect(scene.identify(asSecret)).rejects.toMatchObject(invalid);
    const withSecret = await signToken(
      { sub: 'ada', permissions: [], ttlSeconds: 60, issuer: scene.one.url },
      parseSecret(SECRET),
    );
    await expect(scene.identify(withSecret)).rejects.toMatchObject(invalid);
    await expect(scene.identify(await scene.one.sign({ iss: 'dasf-broker' }))).rejects.toMatchObject(invalid);
  });
});

describe('settings of issuers', () => {
  it('name the variable, the place and what is right', async () => {
    await using scene = await createScene();
    await writeFile(scene.path, '{"issuers": [{"issuer": "https://a.example", "audience": 5}]}');
    expect(() => readSettings(accessSpecs, { DASF_OIDC_ISSUERS_FILE: scene.path })).toThrow(
      /^DASF_OIDC_ISSUERS_FILE is ".*issuers.json" \(issuers\[0\]\.audience is 5; it takes .*\); it takes the path of/,
    );
  });

  it('refuse an issuer that is already that of the shared secret', async () => {
    const url = 'https://a.example';
    await expect(createScene({ issuer: url }, { DASF_JWT_ISSUER: url })).rejects.toThrow(
      /^DASF_JWT_ISSUER is "https:\/\/a.example", which is an issuer of DASF_OIDC_ISSUERS_FILE, too; it takes/,
    );
  });
});
