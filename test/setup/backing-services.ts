import { findNatsServer } from '@dasf-broker/deploy';
import type { TestProject } from 'vitest/node';
import type {} from '../contract/given.ts';
import { engineAnswers, startContainers } from './containers.ts';
import { startEmbedded } from './embedded.ts';

export interface BackingServices extends AsyncDisposable {
  readonly natsUrl: string;
  readonly databaseUrl: string;
}

/** One real log and one real database for the whole run; none where the contract suite is pointed at a broker. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env['DASF_TEST_GIVEN_ADDRESSES'];
  project.provide('givenAddresses', given === undefined ? undefined : JSON.parse(given));
  if (given !== undefined) return async () => {};
  const services = await start();
  project.provide('natsUrl', services.natsUrl);
  project.provide('databaseUrl', services.databaseUrl);
  project.provide('natsServerBinary', await natsServerBinary());
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

async function natsServerBinary(): Promise<string | undefined> {
  try {
    return (await findNatsServer(process.env, console.log)).path;
  } catch {
    console.log('No nats-server that tests may kill: those that do are skipped');
    return undefined;
  }
}
