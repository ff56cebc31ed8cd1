import { mkdtempDisposableSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keptSecret } from './secrets.ts';

it('makes a secret once, for its owner only, and keeps it', () => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-secret-'));
  const path = join(folder.path, 'token-secret');

  const secret = keptSecret(path);

  expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(keptSecret(path)).toBe(secret);
});
