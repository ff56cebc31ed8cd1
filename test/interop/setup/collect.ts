import type { LocalStack } from '../../harness/index.ts';
import { PythonProcess } from './python-process.ts';

/** Everything that came back for a request: the answer, and of each frame which fragment it was (null: none). */
export interface Collected {
  readonly answer: unknown;
  readonly fragments: readonly (number | null)[];
}

/** Begins a request whose caller stays for `lingerSeconds` after the answer, in case there is a second one. */
export function beginCollecting(
  python: string,
  broker: LocalStack,
  topic: string,
  request: object,
  lingerSeconds = 0,
): PythonProcess {
  const url = `ws://127.0.0.1:${broker.port}/ws`;
  return new PythonProcess(python, 'collect.py', [
    topic,
    url,
    JSON.stringify(request),
    String(lingerSeconds),
  ]);
}

export async function collected(collector: PythonProcess): Promise<Collected> {
  const code = await collector.ended;
  if (code !== 0) throw new Error(`the request ended with ${code ?? 'its deadline'}:\n${collector.stderr}`);
  const { answer, fragments } = JSON.parse(collector.stdout);
  return { answer: JSON.parse(answer), fragments };
}

export async function collect(...request: Parameters<typeof beginCollecting>): Promise<Collected> {
  await using collector = beginCollecting(...request);
  return await collected(collector);
}
