import { type Comparison, expected } from './comparison.ts';

const CHAPTERS: readonly (readonly [string, string])[] = [
  ['FRM', 'Frames'],
  ['URL', 'Addresses'],
  ['AUT', 'Who is speaking'],
  ['PUB', 'Publishing'],
  ['RSP', 'Response topics'],
  ['DLV', 'Delivery'],
  ['ACK', 'Acknowledging'],
  ['AVL', 'Is anyone there?'],
  ['GC', 'Clean-up'],
  ['CLS', 'Ending a connection'],
  ['API', 'HTTP'],
];

/** The document of all comparisons, in the order of the rules. */
export function documentOf(
  comparisons: readonly Comparison[],
  notCompared: Readonly<Record<string, string>>,
): string {
  const same = comparisons.filter(({ outcome }) => typeof outcome === 'string').length;
  return [
    introduction(comparisons.length, same),
    ...CHAPTERS.map(([prefix, title]) => chapter(title, comparisons.filter(isOf(prefix)))),
    `## Not compared\n\n${table(['rule', 'why'], Object.entries(notCompared))}`,
  ].join('\n\n');
}

function isOf(prefix: string) {
  return ({ rule }: Comparison) => rule.startsWith(`${prefix}-`);
}

function chapter(title: string, comparisons: readonly Comparison[]): string {
  const head = ['rule', 'what is tried', 'dasf-broker-django', 'DASF Broker', 'why they differ'];
  const rows = comparisons
    .toSorted((a, b) => numberOf(a.rule) - numberOf(b.rule))
    .map(({ rule, tried, outcome }) => {
      const { theirs, ours } = expected(outcome);
      return typeof outcome === 'string'
        ? [rule, tried, theirs, 'same', '']
        : [rule, tried, theirs, ours, outcome.reason];
    });
  return `## ${title}\n\n${table(head, rows)}`;
}

function numberOf(rule: string): number {
  return Number(rule.split('-')[1]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |');
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function introduction(count: number, same: number): string {
  return `# dasf-broker-django and DASF Broker, rule by rule

What the broker that users run today, dasf-broker-django 0.0.1.dev1, and this one do about the same things, read off
both as they run: \`npm run test:comparison\` starts both, tries each line of these tables with each of them over real
websockets and HTTP, and fails where either does something else than stands here. It needs Python and PyPI, and is
skipped with a reason where they cannot be reached. Of ${count} things that are tried, ${same} come out the same.

dasf-broker-django runs with what it is deployed with: Django 5.2, channels 4.3 with channels_redis 4.3 on a real Redis,
daphne 4.2.3 (told to take frames of any size, except where that is said), PostgreSQL, its own \`routing.py\`, \`urls.py\`
and \`token_auth_middleware.py\`, topics made by its command \`dasf_topic\`, and its minutely jobs. Users show their token
on websockets, and over HTTP what each broker takes there: the session of the Django site, here the token again.

What is said of answers: \`ok\` or another text is the \`result\` of the answer, and what follows a \`send-error\` its
\`errorMsg\`. "Sent" names the payloads that a consumer is sent. "Closed with 1011" is what becomes of a connection of
dasf-broker-django whose handler failed: daphne closes it within a second, within six where channels_redis was just
waiting for Redis on its behalf, and sometimes not at all; what it is sent meanwhile has no answer. The Python client's
websocket library ends for good at a Close frame, and with it a module's process. "Closed with 1006" is an end without a
Close frame, after which that library connects again.`;
}
