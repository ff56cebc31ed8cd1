import { join } from 'node:path';
import { runTool } from '@dasf-broker/deploy';
import { describe, expect, inject, it } from 'vitest';
import { djangoFolder } from '../../comparison/setup/tied.ts';

const INVENTORY = join(import.meta.dirname, '../../docs/dasf-broker-django.txt');
const django = inject('django');
const why = 'missing' in django ? ` (${django.missing})` : '';

/** docs/upgrade.md is held to this list by `npm test`, which needs no Python. */
describe.skipIf('missing' in django)(`the list of what dasf-broker-django has${why}`, () => {
  it('is what the package itself says (-u writes it)', async () => {
    if ('missing' in django) return;
    const env = {
      ...process.env,
      DJANGO_SETTINGS_MODULE: 'settings',
      // Nobody connects to either.
      COMPARISON_DATABASE_URL: 'sqlite:///none',
      COMPARISON_REDIS_URL: 'redis://none',
      PYTHONDONTWRITEBYTECODE: '1',
    };
    const { code, stdout, stderr } = await runTool(django.python, ['inventory.py'], {
      cwd: djangoFolder,
      env,
    });
    expect(code, stderr).toBe(0);
    await expect(stdout).toMatchFileSnapshot(INVENTORY);
  });
});
