import type { TestProject } from 'vitest/node';
import {
  type PythonEnvironment,
  type PythonPackages,
  preparePython,
} from '../../setup/python-environment.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    python: PythonEnvironment;
  }
}

/** The Python client that the broker is tried with. */
const CLIENT: PythonPackages = {
  title: 'demessaging==0.6.4',
  folder: 'demessaging-0.6.4',
  install: ['demessaging==0.6.4'],
  module: 'demessaging.backend',
};

export default async function setup(project: TestProject): Promise<void> {
  const environment = await preparePython(CLIENT, console.log);
  if ('missing' in environment) console.log(`\nSKIPPED, nothing is tried: ${environment.missing}\n`);
  project.provide('python', environment);
}
