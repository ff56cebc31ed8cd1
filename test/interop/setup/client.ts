import type { PythonPackages } from '../../setup/python-environment.ts';

/** The Python client that the broker is tried with. */
export const CLIENT: PythonPackages = {
  title: 'demessaging==0.6.4',
  folder: 'demessaging-0.6.4',
  install: ['demessaging==0.6.4'],
  module: 'demessaging.backend',
};
