import type { Target } from '../../harness/target.ts';
import type { History } from '../history/history.ts';
import type { TopicUnderTest } from '../history/records.ts';
import type { FaultStack } from '../stack/stack.ts';

export const PRODUCER = 'paula';
export const CALLER = 'carl';
/** May consume, and then no more, and then again. */
export const REVOCABLE = 'rita';
/** Never may anything. */
export const STRANGER = 'mallory';

const API_WITHIN_MS = 15_000;
const TOKEN_SECONDS = 4 * 60 * 60;

/** Of each broker: the users' tokens. */
const tokens = new WeakMap<Target, Map<string, Promise<string>>>();

/** Removes every topic that there is, whoever it belongs to. */
export async function removeTopics(stack: FaultStack): Promise<void> {
  for (;;) {
    const listed = await administer(stack, 'GET', 'topics?kind=all&limit=500');
    const { topics } = (await listed.json()) as { topics: readonly { name: string }[] };
    if (topics.length === 0) return;
    for (const { name } of topics) {
      const removed = await administer(stack, 'DELETE', `topics/${name}`);
      await removed.body?.cancel();
      // A response topic goes with the topic that is asked.
      if (!removed.ok && removed.status !== 404)
        throw new Error(`topic ${name} was not removed: ${removed.status}`);
    }
  }
}

/** Makes a topic with these rights. */
export async function createTopic(stack: FaultStack, topic: TopicUnderTest, consumers: readonly string[]) {
  const body = {
    name: topic.name,
    storeMessages: topic.retention,
    grant: { can_produce: [PRODUCER, CALLER], can_consume: consumers },
  };
  const response = await administer(stack, 'POST', 'topics', body);
  if (response.status !== 201) {
    throw new Error(`topic ${topic.name} was not made: ${response.status} ${await response.text()}`);
  }
  await response.body?.cancel();
}

/** Gives or takes the right to consume, and records when that was asked and answered. */
export async function changeRight(
  stack: FaultStack,
  history: History,
  topic: string,
  granted: boolean,
): Promise<void> {
  const right = { op: 'right', topic, user: REVOCABLE, granted } as const;
  history.add({ ...right, phase: 'asked' });
  const change = { [granted ? 'grant' : 'revoke']: { can_consume: [REVOCABLE] } };
  const answer = await administer(stack, 'PATCH', `topics/${topic}`, change).catch(() => undefined);
  await answer?.body?.cancel();
  history.add({ ...right, phase: 'answered', outcome: answer?.ok ? 'ok' : 'info' });
}

/** The same one each time, as a client comes back with the one that it has. */
export function tokenOf(
  stack: FaultStack,
  user: string,
  permissions: readonly string[] = [],
): Promise<string> {
  const ofStack = tokens.get(stack.target) ?? new Map<string, Promise<string>>();
  tokens.set(stack.target, ofStack);
  const token = ofStack.get(user) ?? stack.target.token(user, permissions, TOKEN_SECONDS);
  ofStack.set(user, token);
  return token;
}

async function administer(stack: FaultStack, method: string, path: string, body?: object): Promise<Response> {
  const token = await tokenOf(stack, 'operator', ['administer']);
  return fetch(new URL(`/api/v1/${path}`, stack.target.apis[0]), {
    method,
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(API_WITHIN_MS),
  });
}
