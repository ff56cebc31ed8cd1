import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import provideServices from '../../setup/backing-services.ts';
import {
  type PythonEnvironment,
  type PythonPackages,
  preparePython,
} from '../../setup/python-environment.ts';
import { findRedis, type RedisServer } from './redis.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** What dasf-broker-django needs beside a database, or why it is not there. */
    django: ({ readonly python: string } & RedisServer) | { readonly missing: string };
  }
}

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

/** Nothing is started where there is nothing to compare with. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const environment: PythonEnvironment = await preparePython(packages(), console.log);
  if ('missing' in environment) {
    console.log(`\nSKIPPED, nothing is compared: ${environment.missing}\n`);
    project.provide('django', environment);
    return undefined;
  }
  const redis = await findRedis(environment.python);
  console.log(`Redis: ${redis.redisVersion} (${redis.redis})`);
  project.provide('django', { ...environment, ...redis });
  return provideServices(project);
}
