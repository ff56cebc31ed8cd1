import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf } from './metrics-document.ts';
import { watchedServices } from './setup.ts';

const root = join(import.meta.dirname, '../..');
const monitoring = join(root, 'deploy/monitoring');
const read = (name: string) => readFileSync(join(monitoring, name), 'utf8');

/** Comes with Debian's package `prometheus`, and with Prometheus itself. */
const promtool = (words: readonly string[], input?: string) =>
  spawnSync('promtool', words, { encoding: 'utf8', cwd: monitoring, ...(input && { input }) });

function withoutPromtool(): boolean {
  if (promtool(['--version']).status === 0) return false;
  process.stderr.write("promtool is skipped: there is none; Debian's package prometheus has it.\n");
  return true;
}

let watched: Awaited<ReturnType<typeof watchedServices>>;
beforeAll(async () => {
  watched = await watchedServices();
});
afterAll(() => watched?.[Symbol.asyncDispose]());

async function scrape(service: string): Promise<string> {
  const response = await fetch(new URL('/metrics', watched.services[service]?.address));
  return response.text();
}

const allScraped = async () => (await Promise.all(Object.keys(watched.services).map(scrape))).join('');

/** The names of series that are there, those that histograms are made of among them. */
async function namesOfSeries(): Promise<Set<string>> {
  const types = [...(await allScraped()).matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  return new Set(
    types.flatMap(([, name = '', type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
}

const namesIn = (text: string) =>
  new Set([...text.matchAll(/\b(?:dasf|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name));

/** What a dashboard asks for, with what Grafana puts in. */
function expressions(): string[] {
  return [...read('dashboard.json').matchAll(/"expr": ("(?:[^"\\]|\\.)*")/g)].map(([, expression = '']) =>
    (JSON.parse(expression) as string).replaceAll('$__rate_interval', '5m').replaceAll('$job', '.*'),
  );
}

describe('docs/metrics.md', () => {
  it('lists every metric of every service (-u writes it)', async () => {
    const definitions = Object.fromEntries(
      Object.entries(watched.services).map(([name, { metrics }]) => [name, metrics.definitions]),
    );
    await expect(documentOf(definitions)).toMatchFileSnapshot(join(root, 'docs/metrics.md'));
  });

  it('leaves out nothing that is scraped', async () => {
    const documented = namesIn(readFileSync(join(root, 'docs/metrics.md'), 'utf8'));
    const scraped = [...(await allScraped()).matchAll(/^# TYPE (dasf_\S+)/gm)].map(([, name = '']) => name);
    expect(scraped.length).toBeGreaterThan(20);
    expect(scraped.filter((name) => !documented.has(name))).toEqual([]);
  });
});

describe('labels', () => {
  it('stand for no topic, user or subscription', async () => {
    const names = Object.values(watched.services).flatMap(({ metrics }) =>
      metrics.definitions.flatMap(({ labels }) => labels),
    );
    const known = 'availability code connection kind known limit method partition result route status';
    expect([...new Set(names)].toSorted()).toEqual(known.split(' '));
  });
});

describe.each(['dashboard.json', 'alerts.yaml', 'alerts.test.yaml'])('%s', (name) => {
  it('asks for nothing that no service has', async () => {
    const known = await namesOfSeries();
    const asked = [...namesIn(read(name))];
    expect(asked.length).toBeGreaterThan(3);
    expect(asked.filter((series) => !known.has(series))).toEqual([]);
  });
});

describe.skipIf(withoutPromtool())('promtool', () => {
  it.each(['edge', 'store', 'api'])('finds no fault with the metrics of the %s', async (service) => {
    // Those of the process are named by a library.
    const own = (await scrape(service)).split('\n').filter((line) => /^(# \S+ )?dasf_/.test(line));
    const { status, stdout, stderr } = promtool(['check', 'metrics'], `${own.join('\n')}\n`);
    expect([status, stdout, stderr]).toEqual([0, '', '']);
  });

  it('takes the alert rules, and they do what they are to do', () => {
    expect(promtool(['check', 'rules', 'alerts.yaml'])).toMatchObject({ status: 0 });
    expect(promtool(['test', 'rules', 'alerts.test.yaml'])).toMatchObject({ status: 0 });
  });

  it('takes every expression of the dashboard', async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), 'dasf-rules-'));
    const rules = expressions().map((expr, index) => ({ record: `panel:${index}`, expr }));
    expect(rules.length).toBeGreaterThan(20);
    const path = join(folder.path, 'rules.yaml');
    await writeFile(path, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { status, stderr } = promtool(['check', 'rules', path]);
    expect([status, stderr]).toEqual([0, '']);
  });
});
