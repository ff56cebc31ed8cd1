import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings, type Specs, unknownSettings } from '@dasf-broker/config';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { chart, findHelm, lint, render } from './helm.ts';
import { SPECS, settingsFile } from './known-settings.ts';
import { container, environment, type Manifest, workload, workloads } from './manifest.ts';
import { faultsOf } from './type-check.ts';

const root = join(chart, '../..');
const helm = await findHelm();
const once = new Map<string, readonly Manifest[]>();

function rendered(values: string): readonly Manifest[] {
  const manifests = once.get(values) ?? render(helm ?? '', values).manifests;
  once.set(values, manifests);
  return manifests;
}

it('files/settings.json names what each part reads (-u writes it)', async () => {
  await expect(settingsFile()).toMatchFileSnapshot(join(chart, 'files/settings.json'));
});

describe.skipIf(!helm).each(['small', 'large', 'external'])('the chart with %s values', (values) => {
  it('is as helm and Kubernetes want it', async () => {
    expect(lint(helm ?? '', values)).toBe('');
    const { manifests, fault } = render(helm ?? '', values);
    expect(fault).toBe('');
    expect(manifests.length).toBeGreaterThan(12);
    expect(await faultsOf(manifests)).toBe('');
  }, 120_000);

  it.each(Object.entries(SPECS))('gives %s only settings that it knows, and takes', (part, specs: Specs) => {
    const env = environment(container(workload(rendered(values), part)));
    expect(Object.keys(env).length).toBeGreaterThan(5);
    expect(unknownSettings(specs, env)).toEqual([]);
    // Files are there in the container alone.
    const inPlace = Object.entries(env).filter(([name]) => !name.endsWith('_FILE'));
    const database = { DASF_DATABASE_URL: 'postgresql://h/d' };
    expect(() => readSettings(specs, { ...database, ...Object.fromEntries(inPlace) })).not.toThrow();
  });

  it('lets nobody do more than he needs', () => {
    for (const { part, pod } of workloads(rendered(values))) {
      expect(pod, part).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const one of [...pod.containers, ...(pod.initContainers ?? [])]) {
        expect(one, one.name).toMatchObject({
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          resources: { requests: expect.any(Object), limits: { memory: expect.any(String) } },
        });
      }
    }
  });

  it('gives the edge no way to the database', () => {
    const { pod } = workload(rendered(values), 'edge');
    expect(JSON.stringify(pod)).not.toMatch(/postgres|DATABASE/);
    expect(JSON.stringify(workload(rendered(values), 'api').pod)).toContain('"api-url"');
  });

  it('gives edges the time that they take to stop', () => {
    const { pod } = workload(rendered(values), 'edge');
    const [{ lifecycle, env }] = pod.containers as never as [{ lifecycle: never; env: never }];
    const { seconds } = (lifecycle as { preStop: { sleep: { seconds: number } } }).preStop.sleep;
    const drain = environment({ env } as never)['DASF_DRAIN_TIMEOUT'] ?? '';
    expect(pod['terminationGracePeriodSeconds']).toBeGreaterThanOrEqual(
      seconds + Number.parseInt(drain, 10) + 15,
    );
  });

  it('selects the pods that there are', () => {
    const manifests = rendered(values);
    const pods = workloads(manifests).map(({ labels }) => labels);
    const selectors = manifests.flatMap(selectorsOf);
    expect(selectors.length).toBeGreaterThan(8);
    for (const selector of selectors) {
      expect(
        pods.some((labels) => Object.entries(selector).every(([key, value]) => labels[key] === value)),
      ).toBe(true);
    }
  });
});

describe.skipIf(!helm)('the migration', () => {
  const job = (values: string, ...set: readonly string[]) =>
    workload(render(helm ?? '', values, ...set).manifests, 'migration').manifest;

  it('runs before all else where NATS is there already', () => {
    const { metadata } = job('external');
    expect(metadata.annotations).toMatchObject({ 'helm.sh/hook': 'pre-install,pre-upgrade' });
    expect(metadata.name).toBe('release-dasf-broker-migration');
  });

  it('runs beside a NATS of the chart, anew where what it does is another thing', () => {
    const { metadata } = job('small');
    expect(metadata.annotations).toBeUndefined();
    expect(job('small').metadata.name).toBe(metadata.name);
    expect(job('small', 'log.partitions=5').metadata.name).not.toBe(metadata.name);
    expect(job('small', 'image.tag=v2').metadata.name).not.toBe(metadata.name);
  });
});

describe.skipIf(!helm)('backups', () => {
  const made = (values: string, ...set: readonly string[]) => render(helm ?? '', values, ...set).manifests;
  const claims = (manifests: readonly Manifest[]) =>
    manifests.filter(({ kind }) => kind === 'PersistentVolumeClaim').map(({ metadata }) => metadata);
  const placeOf = (manifests: readonly Manifest[]) =>
    workload(manifests, 'backup').pod.volumes?.find(({ name }) => name === 'backups');

  it('are taken by nobody unless asked for', () => {
    expect(workloads(made('small')).map(({ part }) => part)).not.toContain('backup');
    expect(claims(made('small'))).toEqual([]);
  });

  it('are taken by the command, as many are kept as the values say, one job at a time', () => {
    const job = workload(rendered('large'), 'backup');
    const { args } = container(job);
    expect(args).toEqual(['services/store/src/command.ts', 'backup', '--to', '/backups', '--keep', '14']);
    expect(job.manifest.spec).toMatchObject({
      schedule: '17 3 * * *',
      timeZone: 'Europe/Berlin',
      concurrencyPolicy: 'Forbid',
    });
  });

  it('need nothing but a way to the database, as a store', () => {
    for (const values of ['large', 'external']) {
      const { pod } = workload(rendered(values), 'backup');
      expect(JSON.stringify(pod)).toContain('"store-url"');
      expect(JSON.stringify(pod)).not.toMatch(/dasf-nats|migration|dasf-tokens/);
      const policies = rendered(values).filter(({ kind }) => kind === 'NetworkPolicy');
      const policy = policies.find(({ metadata }) => metadata.name.endsWith('-backup'));
      expect(policy?.spec.ingress).toEqual([]);
      expect(JSON.stringify(policy?.spec.egress).match(/"port":\d+/g)).toEqual([
        '"port":53',
        '"port":53',
        '"port":5432',
      ]);
    }
  });

  it('go to a claim that outlives the release, to one that is there, or to any volume', () => {
    const [claim] = claims(rendered('large'));
    expect(claim?.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    expect(placeOf(rendered('large'))).toMatchObject({ persistentVolumeClaim: { claimName: claim?.name } });
    expect(claims(rendered('external'))).toEqual([]);
    expect(placeOf(rendered('external'))).toMatchObject({ nfs: { server: 'nas.example.org' } });
    const theirs = made('small', 'backup.enabled=true', 'backup.existingClaim=theirs');
    expect(placeOf(theirs)).toMatchObject({ persistentVolumeClaim: { claimName: 'theirs' } });
    expect(claims(theirs)).toEqual([]);
  });
});

it.skipIf(!helm).each([
  ['large', true],
  ['small', false],
])('with %s values, services reach a collector of traces: %s', (values, expected) => {
  const policies = rendered(values).filter(({ kind }) => kind === 'NetworkPolicy');
  const ofServices = policies.filter(({ metadata }) => /-(edge|store|api)$/.test(metadata.name));
  expect(ofServices).toHaveLength(3);
  for (const { spec } of ofServices) expect(JSON.stringify(spec.egress).includes('4318')).toBe(expected);
});

function selectorsOf({ kind, spec }: Manifest): Record<string, string>[] {
  if (kind === 'Service') return [spec.selector];
  if (kind === 'NetworkPolicy') return [spec.podSelector.matchLabels];
  return spec?.selector?.matchLabels ? [spec.selector.matchLabels] : [];
}

describe.skipIf(!helm)('what the chart asks of metrics', () => {
  const documented = readFileSync(join(root, 'docs/metrics.md'), 'utf8');
  const of = (kind: string) => {
    const found = rendered('large').find((one) => one.kind === kind);
    if (!found) throw new Error(`The chart makes no ${kind}.`);
    return found;
  };

  it('scales edges by a metric that they have', () => {
    const [{ pods }] = of('HorizontalPodAutoscaler').spec.metrics;
    expect(pods.metric.name).toBe('dasf_edge_connections');
    expect(documented).toContain(`\`${pods.metric.name}\` | gauge`);
  });

  it('has the alert rules and the dashboard of this project', () => {
    const alerts = parse(readFileSync(join(root, 'deploy/monitoring/alerts.yaml'), 'utf8'));
    expect(of('PrometheusRule').spec).toEqual(alerts);
    const maps = rendered('large').filter(({ kind }) => kind === 'ConfigMap');
    const board = maps.find(({ metadata }) => metadata.labels?.['grafana_dashboard']);
    expect(JSON.parse(board?.data?.['dasf-broker.json'] ?? '{}')).toEqual(
      JSON.parse(readFileSync(join(root, 'deploy/monitoring/dashboard.json'), 'utf8')),
    );
  });

  it('scrapes the ports on which services answer', () => {
    const monitor = of('ServiceMonitor').spec;
    const watched = rendered('large').filter(
      ({ kind, metadata }) =>
        kind === 'Service' &&
        monitor.selector.matchExpressions[0].values.includes(
          metadata.labels?.['app.kubernetes.io/component'],
        ),
    );
    expect(watched).toHaveLength(3);
    for (const { spec } of watched) {
      expect(spec.ports).toContainEqual(
        expect.objectContaining({ name: monitor.endpoints[0].port, port: 9090 }),
      );
    }
  });
});
