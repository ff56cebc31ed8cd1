import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type PythonPackages, preparePython } from '../../setup/python-environment.ts';
import type { DjangoPrograms } from './django-project.ts';
import { findRedis } from './redis.ts';

const REQUIREMENTS = join(import.meta.dirname, '../django/requirements.txt');

function packages(): PythonPackages {
  const digest = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex').slice(0, 12);
  return {
    title: 'dasf-broker-django==0.0.1.dev1',
    folder: `dasf-broker-django-0.0.1.dev1-${digest}`,
    install: ['--only-binary', ':all:', '--requirement', REQUIREMENTS],
    module: 'dasf_broker, channels_redis, daphne, psycopg, rest_framework, django_extensions',
  };
}

/** What dasf-broker-django runs with, fetched where it can be, or why it is not there. */
export async function prepareDjango(
  say: (line: string) => void,
): Promise<DjangoPrograms | { readonly missing: string }> {
  const environment = await preparePython(packages(), say);
  if ('missing' in environment) return environment;
  const redis = await findRedis(environment.python);
  say(`Redis: ${redis.redisVersion} (${redis.redis})`);
  return { ...environment, ...redis };
}
