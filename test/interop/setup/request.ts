import type { Connection } from './connection.ts';
import { PythonProcess } from './python-process.ts';

/** Begins a request as users do: `python hello_world.py -t <topic> … send-request <request>`. */
export function beginRequest(
  python: string,
  topic: string,
  connection: Connection,
  request: object | string,
): PythonProcess {
  const content = typeof request === 'string' ? request : JSON.stringify(request);
  return new PythonProcess(python, 'hello_world.py', ['-t', topic, ...connection, 'send-request', content]);
}

/** The answer that the client printed last, which is where `send-request` prints it. */
export async function answerOf(request: PythonProcess): Promise<unknown> {
  const code = await request.ended;
  if (code !== 0) throw new Error(`the request ended with ${code ?? 'its deadline'}:\n${request.stderr}`);
  return JSON.parse(request.stdout.trim().split('\n').at(-1) ?? '');
}

export async function ask(...request: Parameters<typeof beginRequest>): Promise<unknown> {
  await using client = beginRequest(...request);
  return await answerOf(client);
}
