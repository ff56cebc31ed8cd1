import { AccessError } from '@dasf-broker/access';
import { CredentialError } from '@dasf-broker/credentials';
import { AppendError } from '@dasf-broker/log';
import { RegistryError } from '@dasf-broker/registry';
import { expect, it } from 'vitest';
import { ApiFault } from './faults.ts';
import { problemOf } from './problem.ts';

it.each([
  [new ApiFault('FORBIDDEN', 'no'), 403, 'FORBIDDEN', 'no'],
  [new AccessError('TOKEN_EXPIRED', 'old'), 401, 'TOKEN_EXPIRED', 'old'],
  [new AccessError('ORIGIN_REFUSED', 'page'), 403, 'ORIGIN_REFUSED', 'page'],
  [new RegistryError('TOPIC_EXISTS', 'there'), 409, 'TOPIC_EXISTS', 'there'],
  [new RegistryError('TOPIC_MISSING', 'gone'), 404, 'TOPIC_UNKNOWN', 'gone'],
  [new RegistryError('REGISTRY_CONTENDED', 'busy'), 503, 'REGISTRY_CONTENDED', 'busy'],
  [new RegistryError('REGISTRY_UNREACHABLE', 'away'), 503, 'REGISTRY_UNREACHABLE', 'away'],
  [new AccessError('TOKENS_UNREACHABLE', 'away'), 503, 'TOKENS_UNREACHABLE', 'away'],
  [new CredentialError('SERVICE_TOKEN_UNKNOWN', 'none'), 404, 'SERVICE_TOKEN_UNKNOWN', 'none'],
  [new CredentialError('SERVICE_TOKEN_INVALID', 'unfit'), 400, 'REQUEST_INVALID', 'unfit'],
  [
    new AppendError('LOG_REFUSED', 'inner words'),
    503,
    'LOG_UNREACHABLE',
    'The log cannot be reached; try again.',
  ],
  [
    Object.assign(new Error('body/name must be string'), { statusCode: 400 }),
    400,
    'REQUEST_INVALID',
    'body/name must be string',
  ],
  [
    Object.assign(new Error('password is hunter2'), { statusCode: 500 }),
    500,
    'INTERNAL',
    expect.not.stringContaining('hunter2'),
  ],
  ['thrown text', 500, 'INTERNAL', expect.not.stringContaining('thrown')],
])('%s', (error, status, code, detail) => {
  expect(problemOf(error)).toMatchObject({ type: 'about:blank', status, code, detail });
});
