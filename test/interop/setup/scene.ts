import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { LocalStack } from '../../harness/index.ts';

/** One stack for all tests of a block; each takes topics of its own. */
export function useBroker(): () => LocalStack {
  let broker: LocalStack | undefined;
  beforeAll(async () => {
    broker = await LocalStack.start();
  });
  afterAll(async () => {
    await broker?.[Symbol.asyncDispose]();
  });
  return () => {
    if (!broker) throw new Error('the stack has not started');
    return broker;
  };
}

/** A topic that clients without a token may use. */
export async function openTopic(broker: LocalStack): Promise<string> {
  const name = topicName();
  await broker.dasf('topic', 'create', name, '--anonymous');
  return name;
}

export function topicName(): string {
  return `hello-${crypto.randomUUID().slice(0, 8)}`;
}

/** A request in a file: the shell has no room for a large one. */
export function requestFile(request: object): { readonly path: string } & Disposable {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-request-'));
  const path = join(folder.path, 'request.json');
  writeFileSync(path, JSON.stringify(request));
  return { path, [Symbol.dispose]: () => folder.remove() };
}
