import { describe, expect, it } from 'vitest';
import { ConfigError } from './errors.ts';
import { readSettings } from './read.ts';
import { natsLogin, natsSpecs } from './shared.ts';

const SEED = `SU${'A'.repeat(56)}`;
const CREDENTIALS = '-----BEGIN NATS USER JWT-----\ne30\n-----BEGIN USER NKEY SEED-----\nSU\n';

function loginOf(env: Record<string, string>) {
  return natsLogin(readSettings(natsSpecs, env));
}

function faultOf(env: Record<string, string>): string {
  try {
    loginOf(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
  }
  return '';
}

describe('the way into NATS', () => {
  it('is what is set, and nothing else', () => {
    expect(loginOf({})).toEqual({});
    expect(loginOf({ DASF_NATS_USER: 'ada', DASF_NATS_PASSWORD: 'p' })).toEqual({
      user: 'ada',
      password: 'p',
    });
    expect(loginOf({ DASF_NATS_NKEY_SEED: `${SEED}\n` })).toEqual({ nkeySeed: SEED });
    expect(loginOf({ DASF_NATS_CREDENTIALS: CREDENTIALS })).toEqual({ credentials: CREDENTIALS });
  });

  it.each([
    [{ DASF_NATS_NKEY_SEED: 'UAHUSH' }, /^DASF_NATS_NKEY_SEED .*it takes a user nkey's seed/],
    [
      { DASF_NATS_CREDENTIALS: 'SUHUSH' },
      /^DASF_NATS_CREDENTIALS .*it takes the contents of a credentials file/,
    ],
    [
      { DASF_NATS_CA_FILE: '/nowhere/HUSH' },
      /^DASF_NATS_CA_FILE .*it takes the path of a file of certificates in PEM form/,
    ],
  ])('is refused by name where it is none, and a secret is not shown: %j', (env, fault) => {
    expect(faultOf(env)).toMatch(fault);
    if (!('DASF_NATS_CA_FILE' in env)) expect(faultOf(env)).not.toContain('HUSH');
  });

  it('is one', () => {
    expect(
      faultOf({ DASF_NATS_USER: 'ada', DASF_NATS_NKEY_SEED: SEED, DASF_NATS_CREDENTIALS: CREDENTIALS }),
    ).toBe(
      'DASF_NATS_NKEY_SEED is set beside DASF_NATS_USER; it takes the place of the other: set one of them.\n' +
        'DASF_NATS_CREDENTIALS is set beside DASF_NATS_USER; it takes the place of the other: set one of them.',
    );
  });
});
