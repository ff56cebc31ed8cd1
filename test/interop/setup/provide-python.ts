import type { TestProject } from 'vitest/node';
import { type PythonEnvironment, preparePython } from '../../setup/python-environment.ts';
import { CLIENT } from './client.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    python: PythonEnvironment;
  }
}

export default async function setup(project: TestProject): Promise<void> {
  const environment = await preparePython(CLIENT, console.log);
  if ('missing' in environment) console.log(`\nSKIPPED, nothing is tried: ${environment.missing}\n`);
  project.provide('python', environment);
}
