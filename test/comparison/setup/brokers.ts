import { createDatabase } from '@dasf-broker/testing';
import { afterAll, beforeAll, inject } from 'vitest';
import type { BrokerOptions } from '../../harness/index.ts';
import type { ComparedBroker } from '../brokers/broker.ts';
import { HURRY, OurBroker } from '../brokers/ours.ts';
import { TheirBroker } from '../brokers/theirs.ts';
import type { Setup } from '../comparison.ts';
import { DjangoProject, type DjangoSetup } from './django-project.ts';

export interface BothBrokers {
  readonly theirs: (setup: Setup) => Promise<ComparedBroker>;
  readonly ours: (setup: Setup) => Promise<ComparedBroker>;
}

const OURS: Readonly<Record<Setup, BrokerOptions>> = {
  ordinary: {},
  'preset frame sizes': {},
  hurried: HURRY,
  'without creation': { settings: { DASF_CREATE_TOPIC_ON_MESSAGE: 'false' } },
  'to be stopped': {},
};

const THEIRS: Readonly<Record<Setup, DjangoSetup>> = {
  ordinary: {},
  'preset frame sizes': { daphne: [] },
  hurried: {},
  'without creation': { settings: { DASF_CREATE_TOPIC_ON_MESSAGE: false } },
  'to be stopped': {},
};

/** Both brokers in every set-up, each started where it is first needed. */
export function useBothBrokers(): BothBrokers {
  const closing = new AsyncDisposableStack();
  const django = inject('django');
  let project: DjangoProject | undefined;
  const startProject = async () => {
    if ('missing' in django) throw new Error(django.missing);
    const database = closing.use(await createDatabase(inject('databaseUrl')));
    return closing.use(await DjangoProject.start(django, database.url));
  };
  beforeAll(async () => {
    project = await startProject();
  });
  afterAll(() => closing.disposeAsync());
  return {
    theirs: once(async (setup) => {
      // What is done every minute is done for all topics of a project.
      const serving = setup === 'hurried' ? await startProject() : project;
      if (!serving) throw new Error('the Django project has not started');
      return TheirBroker.start(serving, THEIRS[setup]);
    }),
    ours: once(async (setup) => {
      const broker = await OurBroker.start(OURS[setup]);
      closing.defer(() => broker.stop());
      return broker;
    }),
  };
}

function once<T>(start: (setup: Setup) => Promise<T>): (setup: Setup) => Promise<T> {
  const started = new Map<Setup, Promise<T>>();
  return (setup) => {
    const found = started.get(setup) ?? start(setup);
    started.set(setup, found);
    return found;
  };
}
