import { createOpaqueToken, SERVICE_TOKEN, signToken, TICKET } from '@dasf-broker/access';
import { ServiceTokens, Tickets } from '@dasf-broker/credentials';
import { LogStreams } from '@dasf-broker/log';
import { natsClient, OidcIssuer } from '@dasf-broker/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEdgeScene } from './testing/edge-scene.ts';

let scene: Awaited<ReturnType<typeof createEdgeScene>>;
beforeAll(async () => {
  scene = await createEdgeScene({ DASF_ALLOWED_ORIGINS: 'https://portal.example.org' });
});
afterAll(() => scene[Symbol.asyncDispose]());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const statusOf = async (token: string) => (await scene.upgrade('weather', bearer(token))).status;
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

it('lets in who has a token of the secret or of the issuer', async () => {
  expect(await statusOf(await scene.token('ada'))).toBe(101);
  expect(await statusOf(await scene.issued())).toBe(101);
});

describe('refused at the upgrade', () => {
  it.each([
    'https://evil.example',
    'https://portal.example.org.evil.example',
    'http://portal.example.org',
    'https://portal.example.org:8443',
    'null',
    'file://',
  ])('T1: pages of %s, whatever they bring', async (origin) => {
    const token = await scene.token('ada');
    const cookie = { cookie: `dasf_token=${token}` };
    for (const brought of [bearer(token), cookie, {}])
      expect((await scene.upgrade('weather', { origin, ...brought })).status).toBe(403);
    const home = { origin: 'https://portal.example.org', ...cookie };
    expect((await scene.upgrade('weather', home)).status).toBe(101);
  });

  it('T1: a cookie that no page sent', async () => {
    const cookie = `dasf_token=${await scene.token('ada')}`;
    expect((await scene.upgrade('weather', { cookie })).status).toBe(401);
  });

  it('T3: a token in the query, where no setting allows it', async () => {
    expect((await scene.upgrade(`weather?token=${await scene.token('ada')}`)).status).toBe(401);
  });

  it('T4: whoever has no good token, before anything is kept for him', async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      const { status, headers } = await scene.upgrade(`weather/c${turn}`, bearer('nonsense'));
      expect([status, headers.connection, headers['www-authenticate']]).toEqual([
        401,
        'close',
        expect.stringMatching(/^Bearer/),
      ]);
    }
    const nc = await natsClient();
    const { last } = await (await LogStreams.open(nc, scene.config.log)).end(0);
    await nc.close();
    // A consumer that is let in is announced.
    expect(last).toBe(0);
  });

  it.each([
    ['T5: an expired token', { exp: 1, iat: 0 }, {}],
    ['T10: one of the future', { iat: inAnHour(), exp: inAnHour() + 60 }, {}],
    ['T10: one that is not valid yet', { nbf: inAnHour(), exp: inAnHour() + 60 }, {}],
    ['T12: one for another audience', { aud: 'another-service' }, {}],
    ['T12: one of another type', {}, { typ: 'JWT' }],
    ['T7: a key id that is a path', {}, { kid: '../../../../dev/null' }],
    ['T7: a key id that is an address', {}, { kid: 'http://127.0.0.1/keys' }],
    ['T7: a key id that is a statement', {}, { kid: "k1' OR '1'='1" }],
    ['T7: a key id without end', {}, { kid: 'k'.repeat(65) }],
    ['T11: what must be understood and is not', {}, { crit: ['x'], x: 1 }],
  ])('%s', async (_, claims, header) => {
    const token = await scene.issued(claims, header).catch(async () => {
      // The library does not sign what it would not take.
      const [, payload] = (await scene.issued(claims)).split('.');
      return `${encode({ alg: 'RS256', kid: 'k1', typ: 'at+jwt', ...header })}.${payload}.AAAA`;
    });
    expect(await statusOf(token)).toBe(401);
  });

  it('T6: no algorithm, and a public key as a shared secret', async () => {
    const claims = { iss: scene.issuer.url, aud: 'dasf-broker', sub: 'ada', iat: 1, exp: inAnHour() };
    for (const alg of ['none', 'None', 'NONE', ''])
      expect(await statusOf(`${encode({ alg, typ: 'at+jwt' })}.${encode(claims)}.`)).toBe(401);
    const publicKey = new Uint8Array(Buffer.from(JSON.stringify(scene.issuer.publicKey)));
    for (const issuer of [scene.issuer.url, 'dasf-broker']) {
      const request = { sub: 'ada', permissions: [], ttlSeconds: 60, issuer };
      expect(await statusOf(await signToken(request, publicKey))).toBe(401);
    }
  });

  it('T8: keys that a token brings along or points to; nobody is asked for them', async () => {
    await using stranger = await OidcIssuer.start();
    const pointers = { jwk: stranger.publicKey, jku: stranger.keySetUrl, x5u: stranger.keySetUrl };
    const forged = await stranger.sign({ iss: scene.issuer.url }, { typ: 'at+jwt', ...pointers });
    expect(await statusOf(forged)).toBe(401);
    expect(await statusOf(await stranger.sign({}, { typ: 'at+jwt' }))).toBe(401);
    expect(stranger.asked).toEqual([]);
  });

  it('T9: made-up key ids, which cost the issuer nothing', async () => {
    await statusOf(await scene.issued());
    const before = scene.issuer.asked.length;
    for (let turn = 0; turn < 30; turn += 1)
      expect(await statusOf(await scene.issued({}, { kid: `made-up-${turn}` }))).toBe(401);
    expect(scene.issuer.asked.length).toBe(before);
  });

  it('T11: what is too long, encrypted, or not encoded', async () => {
    const good = await scene.issued();
    expect(await statusOf(`${good}${'A'.repeat(8192)}`)).toBe(401);
    expect(await statusOf('e30.AAAA.AAAA.AAAA.AAAA')).toBe(401);
    const encrypted = encode({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, p2s: 'AAAA' });
    expect(await statusOf(`${encrypted}.AAAA.AAAA.AAAA.AAAA`)).toBe(401);
    const [, payload, signature] = good.split('.');
    const plain = encode({ alg: 'RS256', kid: 'k1', typ: 'at+jwt', b64: false, crit: ['b64'] });
    expect(await statusOf(`${plain}.${payload}.${signature}`)).toBe(401);
  });

  it('T12: a ticket as a token, a token as a ticket, and a ticket that was used', async () => {
    const nc = await natsClient();
    const tickets = await Tickets.open(nc, scene.config.log);
    const { ticket } = await tickets.issue({
      user: 'ada',
      permissions: scene.config.access.anonymousPermissions,
    });
    await nc.close();
    expect(await statusOf(ticket)).toBe(401);
    for (const token of [await scene.token('ada'), createOpaqueToken(SERVICE_TOKEN)])
      expect((await scene.upgrade(`weather?ticket=${token}`)).status).toBe(401);
    expect((await scene.upgrade(`weather?ticket=${ticket}`)).status).toBe(101);
    expect((await scene.upgrade(`weather?ticket=${ticket}`)).status).toBe(401);
  });

  it('T33: in the same words for a revoked token and one that never was, and without inner matters', async () => {
    const nc = await natsClient();
    await using tokens = await ServiceTokens.open(nc, scene.config.log);
    const request = { name: 'a', subject: 'a', permissions: [], creator: 'olga', expires: null };
    const { token, entry } = await tokens.create(request);
    expect(await statusOf(token)).toBe(101);
    await tokens.revoke(entry.id);
    await expect.poll(() => statusOf(token), { timeout: 5000 }).toBe(401);
    const revoked = await scene.upgrade('weather', bearer(token));
    expect(revoked).toEqual(await scene.upgrade('weather', bearer(createOpaqueToken(SERVICE_TOKEN))));
    expect(Object.keys(JSON.parse(revoked.body))).toEqual(['status', 'code', 'detail']);
    expect(revoked.body).not.toMatch(/ at |\.ts|node_modules|nats/);
    await nc.close();
  });
});

it('T3: logs hold no token and no ticket, wherever it stood', async () => {
  scene.lines.length = 0;
  const [token, ticket, service] = [
    await scene.token('ada'),
    createOpaqueToken(TICKET),
    createOpaqueToken(SERVICE_TOKEN),
  ];
  const spoilt = `${token}x`;
  await scene.upgrade(`weather?token=${token}&ticket=${ticket}`);
  await scene.upgrade(`weather?%74oken=${token}&tick%65t=${ticket}`);
  await scene.upgrade('weather', { 'sec-websocket-protocol': `dasf, dasf.bearer.${spoilt}` });
  await scene.upgrade('weather', { cookie: `dasf_token=${spoilt}`, origin: 'https://portal.example.org' });
  for (const one of [spoilt, service]) await scene.upgrade('weather', bearer(one));
  const said = scene.lines.join('');
  expect(said).toContain('upgrade refused');
  for (const secret of [token, ticket, service]) expect(said).not.toContain(secret.slice(-20));
});
