import { targetAt } from '../harness/target.ts';
import type { GivenAddresses } from './given.ts';

const PATIENCE_MS = 20_000;
const REQUEST_MS = 10_000;
/** Deletions under way at a time; the broker has other things to do. */
const AT_A_TIME = 8;

const TOPICS = '/api/v1/topics';
const SERVICE_TOKENS = '/api/v1/service-tokens';

type Ask = (method: string, path: string) => Promise<Response>;

/**
 * Deletes the topics and revokes the service tokens that a run made at a given broker, whatever became of its tests:
 * their names begin with the run's own prefix. Asks until none is left.
 *
 * @returns what was done, as a sentence
 * @throws {Error} where some are left, or the broker does not answer
 */
export async function removeLeftovers({ edges, apis, secret, namePrefix }: GivenAddresses): Promise<string> {
  const token = await targetAt(edges, apis, secret).token('operator', ['administer']);
  const ask: Ask = async (method, path) => {
    const response = await fetch(new URL(path, apis[0]), {
      method,
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(REQUEST_MS),
    });
    // Another deletion may have taken it along.
    if (response.ok || (method === 'DELETE' && response.status === 404)) return response;
    throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  };
  // Tokens first: they are what harms.
  const tokens = await removeAll(ask, SERVICE_TOKENS, () => serviceTokens(ask, namePrefix));
  const topics = await removeAll(ask, TOPICS, () => topicNames(ask, namePrefix));
  return `Removed from the broker: ${topics} topics and ${tokens} service tokens that this run made.`;
}

/** @returns how many were removed */
async function removeAll(ask: Ask, path: string, list: () => Promise<string[]>): Promise<number> {
  const seen = new Set<string>();
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await list();
    if (found.length === 0) return seen.size;
    if (performance.now() > deadline)
      throw new Error(`${found.length} are left at ${path}: ${found.slice(0, 3)} …`);
    for (const name of found) seen.add(name);
    for (let begin = 0; begin < found.length; begin += AT_A_TIME) {
      const some = found.slice(begin, begin + AT_A_TIME);
      await Promise.all(some.map((name) => ask('DELETE', `${path}/${encodeURIComponent(name)}`)));
    }
  }
}

async function serviceTokens(ask: Ask, prefix: string): Promise<string[]> {
  const answer = await (await ask('GET', SERVICE_TOKENS)).json();
  const listed = answer as { serviceTokens: { id: string; name: string }[] };
  return listed.serviceTokens.filter(({ name }) => name.startsWith(prefix)).map(({ id }) => id);
}

/** Pages are in the order of names, so that those wanted follow each other. */
async function topicNames(ask: Ask, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for (let after: string | null = prefix; after?.startsWith(prefix); ) {
    const response = await ask('GET', `${TOPICS}?kind=all&after=${encodeURIComponent(after)}`);
    const page = (await response.json()) as { topics: { name: string }[]; next: string | null };
    names.push(...page.topics.map(({ name }) => name).filter((name) => name.startsWith(prefix)));
    after = page.next;
  }
  return names;
}
