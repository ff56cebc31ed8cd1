import type { Connection } from './connection.ts';
import { PythonProcess } from './python-process.ts';

/** Starts the backend module as its users do: `python hello_world.py -t <topic> … listen`. */
export async function startModule(
  python: string,
  topic: string,
  connection: Connection,
): Promise<PythonProcess> {
  const module = new PythonProcess(python, 'hello_world.py', ['-t', topic, ...connection, 'listen']);
  await module.tells('waiting for incoming request');
  return module;
}
