import type { TestProject } from 'vitest/node';
import { engineAnswers, startContainers } from './containers.ts';
import { startEmbedded } from './embedded.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A NATS server with JetStream that all tests share: use `randomNamespace()`. */
    natsUrl: string;
    /** A PostgreSQL superuser's address: use `createDatabase()`. */
    databaseUrl: string;
  }
}

export interface BackingServices extends AsyncDisposable {
  readonly natsUrl: string;
  readonly databaseUrl: string;
}

/** One real log and one real database for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const services = await start();
  project.provide('natsUrl', services.natsUrl);
  project.provide('databaseUrl', services.databaseUrl);
  return async () => services[Symbol.asyncDispose]();
}

async function start(): Promise<BackingServices> {
  if (await engineAnswers()) {
    console.log('Tests run against NATS and PostgreSQL in containers');
    return startContainers();
  }
  console.log('Tests run against the NATS and PostgreSQL of npm start (no container engine answers)');
  return startEmbedded();
}
