import { ANONYMOUS } from '@dasf-broker/protocol';
import { count } from '../numbers.ts';
import type { Contents } from './contents.ts';
import type { Plan } from './plan.ts';

/** What is imported, and what is not, in sentences. */
export function describeImport({ messages, globalRights }: Contents, { topics, leftOut }: Plan): string[] {
  const planned = [...topics.values()].map(({ topic }) => topic);
  const answering = planned.filter(({ responseFor }) => responseFor).length;
  const open = planned.filter((topic) => topic.public).length;
  const grants = planned.flatMap((topic) => Object.values(topic.grants).flat());
  const holders = [...new Set(grants)].toSorted();
  const named = holders.filter((user) => user !== ANONYMOUS);
  return [
    `${count(planned.length)} topics (${count(open)} public, ${count(answering)} for responses) with ` +
      `${count(grants.length)} rights of ${count(holders.length)} users; ${count(messages)} messages.`,
    ...(named.length > 0 ? [`Users who hold rights, as tokens must name them: ${named.join(', ')}`] : []),
    ...leftOut.map(({ slug, reason }) => `Left out: ${slug} (${reason}).`),
    ...[...globalRights].map(
      ([user, rights]) =>
        `${user} may do the following on all topics, which tokens must say here: ${wordsFor(rights)}`,
    ),
  ];
}

/** As permissions in tokens are written. */
function wordsFor(rights: readonly string[]): string {
  return rights.map((right) => (right.startsWith('can_') ? `${right}:*` : right)).join(' ');
}
