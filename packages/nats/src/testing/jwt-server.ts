import { nkeys } from '@nats-io/transport-node';

type Claims = Readonly<Record<string, unknown>>;

/** A server's configuration with an operator, an account and a user that are known by JWTs; and the user's credentials. */
export function jwtServer(): { config: string; credentials: string } {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
  const operatorJwt = signed(operator, operator, 'operator', {});
  const system = nkeys.createAccount();
  const limits = { subs: -1, data: -1, payload: -1, conn: -1, leaf: -1, imports: -1, exports: -1 };
  const accountJwt = signed(operator, account, 'account', { limits });
  const systemJwt = signed(operator, system, 'account', { limits });
  const userJwt = signed(account, user, 'user', { subs: -1, data: -1, payload: -1, pub: {}, sub: {} });
  return {
    config: `
      operator: ${operatorJwt}
      system_account: ${system.getPublicKey()}
      resolver: MEMORY
      resolver_preload: { ${account.getPublicKey()}: ${accountJwt}, ${system.getPublicKey()}: ${systemJwt} }`,
    credentials: [
      '-----BEGIN NATS USER JWT-----',
      userJwt,
      '------END NATS USER JWT------',
      '',
      '-----BEGIN USER NKEY SEED-----',
      new TextDecoder().decode(user.getSeed()),
      '------END USER NKEY SEED------',
      '',
    ].join('\n'),
  };
}

function signed(issuer: nkeys.KeyPair, subject: nkeys.KeyPair, type: string, nats: Claims): string {
  const encoded = (value: Claims) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    jti: crypto.randomUUID(),
    iat: Math.floor(Date.now() / 1000),
    iss: issuer.getPublicKey(),
    sub: subject.getPublicKey(),
    name: type,
    nats: { ...nats, type, version: 2 },
  };
  const text = `${encoded({ typ: 'JWT', alg: 'ed25519-nkey' })}.${encoded(claims)}`;
  return `${text}.${Buffer.from(issuer.sign(Buffer.from(text))).toString('base64url')}`;
}
