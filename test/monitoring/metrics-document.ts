import type { MetricDefinition } from '@dasf-broker/telemetry';

const INTRODUCTION = `# Metrics and health

Each service has a port for those who run it, where it has one by \`DASF_EDGE_INTERNAL_PORT\`, \`DASF_STORE_INTERNAL_PORT\`
and \`DASF_API_INTERNAL_PORT\`; none unless set. It listens on \`127.0.0.1\` unless \`DASF_…_INTERNAL_HOST\` says otherwise
(\`0.0.0.0\` in a container). Clients must not reach it: it asks for no token. With the local broker:

\`\`\`sh
DASF_EDGE_INTERNAL_PORT=9101 DASF_STORE_INTERNAL_PORT=9102 DASF_API_INTERNAL_PORT=9103 npm start
\`\`\`

and, beside it, \`curl 'http://127.0.0.1:9101/readyz?verbose'\`.

| address | what it answers |
| --- | --- |
| \`/livez\` | 200 as long as the process answers. What it depends on does not matter: starting it again would not help |
| \`/readyz\` | 200 when it can do its work, 503 while it starts, stops, or lacks what it needs; \`?verbose\` names each thing |
| \`/metrics\` | what follows, for Prometheus |

An edge needs NATS and a fresh copy of the topic registry, a store NATS and PostgreSQL, an api NATS, and both a
schema that is not older than they are ([upgrade.md](upgrade.md)). That PostgreSQL is away from an api, that
the log did not take what an edge sent to a partition last (a disk that is full leaves NATS' connections as they are), or
that a partition is halted or degraded, is told by \`?verbose\` and leaves the service ready: another one would be no better
off. What does not answer counts as missing after a second, a copy of the registry as old after two.

\`deploy/monitoring\` has a Grafana dashboard (\`dashboard.json\`), alert rules (\`alerts.yaml\`) and tests of these
(\`promtool test rules deploy/monitoring/alerts.test.yaml\`). Both tell series apart by \`job\` and \`instance\`, which
Prometheus adds.

Names of topics, users and subscriptions are in no label: there may be any number of them. Times are in seconds, sizes in
bytes. Each service also has what every Node process has, in names that begin with \`process_\` and \`nodejs_\`: CPU, memory,
garbage collection, and how late the event loop is (\`nodejs_eventloop_lag_p99_seconds\`).

<!-- Written by the tests: npm test -- test/monitoring -u -->
`;

/** docs/metrics.md, of what each service has. */
export function documentOf(services: Readonly<Record<string, readonly MetricDefinition[]>>): string {
  const parts = Object.entries(services).map(([service, metrics]) => `## ${service}\n\n${tableOf(metrics)}`);
  return `${INTRODUCTION}\n${parts.join('\n')}`;
}

function tableOf(metrics: readonly MetricDefinition[]): string {
  const rows = metrics
    .toSorted((one, other) => one.name.localeCompare(other.name))
    .map(
      (metric) =>
        `| \`${metric.name}\` | ${metric.type} | ${labels(metric)} | ${metric.help}${buckets(metric)} |\n`,
    );
  return `| name | kind | labels | what it says |\n| --- | --- | --- | --- |\n${rows.join('')}`;
}

function labels({ labels }: MetricDefinition): string {
  return labels.map((label) => `\`${label}\``).join(', ');
}

function buckets({ buckets }: MetricDefinition): string {
  return buckets.length === 0 ? '' : ` Buckets: ${buckets.join(', ')}.`;
}
