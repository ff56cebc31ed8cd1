import type { TestProject } from 'vitest/node';
import provideServices from '../../setup/backing-services.ts';
import type { DjangoPrograms } from './django-project.ts';
import { prepareDjango } from './programs.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** What dasf-broker-django needs beside a database, or why it is not there. */
    django: DjangoPrograms | { readonly missing: string };
  }
}

/** Nothing is started where dasf-broker-django is not there. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const django = await prepareDjango(console.log);
  project.provide('django', django);
  if ('missing' in django) {
    console.log(`\nSKIPPED, nothing is tried with dasf-broker-django: ${django.missing}\n`);
    return undefined;
  }
  return provideServices(project);
}
