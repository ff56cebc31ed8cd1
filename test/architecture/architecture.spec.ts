import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCycle, type Import, readImports, root, unitOf } from './import-graph.ts';

/**
 * Which unit may import which. `protocol` has no I/O and imports nothing of ours; packages never import
 * services; services never import each other, and the edge does not know the read model: that keeps it
 * stateless.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'packages/protocol': [],
  'packages/client': [],
  'packages/telemetry': [],
  'packages/config': ['protocol'],
  'packages/access': ['protocol', 'config'],
  'packages/nats': [],
  'packages/registry': ['protocol', 'nats'],
  'packages/credentials': ['access', 'registry'],
  'packages/log': ['protocol', 'nats', 'registry'],
  'packages/rights': ['nats', 'registry', 'credentials', 'log'],
  'packages/backlog': ['protocol', 'log'],
  'packages/connections': ['log'],
  'packages/readmodel': ['protocol', 'backlog'],
  'packages/cli': ['protocol', 'config', 'access', 'rights'],
  'packages/ports': [],
  'packages/testing': ['ports'],
  'services/edge': [
    'protocol',
    'config',
    'telemetry',
    'nats',
    'access',
    'credentials',
    'registry',
    'log',
    'backlog',
    'connections',
  ],
  'services/store': [
    'protocol',
    'config',
    'telemetry',
    'nats',
    'access',
    'credentials',
    'registry',
    'log',
    'backlog',
    'readmodel',
  ],
  'services/api': [
    'protocol',
    'config',
    'telemetry',
    'nats',
    'access',
    'credentials',
    'registry',
    'log',
    'readmodel',
    'connections',
  ],
};

const isTest = (path: string) => path.endsWith('.spec.ts') || path.includes('/testing/');
const imports = readImports(['packages', 'services', 'deploy', 'test']);
const inProduction = imports.filter(({ from }) => !isTest(from));

function unitsImportedBy(unit: string, among: readonly Import[]): string[] {
  const targets = among.filter(({ from }) => unitOf(from) === unit).map(({ to }) => unitOf(to));
  return [...new Set(targets)].filter((target) => target !== unit).toSorted();
}

describe('the import arrows', () => {
  it('are read from the source', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(unitsImportedBy('services/edge', imports)).toContain('packages/log');
  });

  it('know every package and service', () => {
    const found = ['packages', 'services'].flatMap((top) =>
      readdirSync(join(root, top)).map((unit) => `${top}/${unit}`),
    );
    expect(found.toSorted()).toEqual(Object.keys(ALLOWED).toSorted());
  });

  it.each(Object.entries(ALLOWED))('%s imports only what it may', (unit, allowed) => {
    const permitted = allowed.map((name) => `packages/${name}`);
    expect(unitsImportedBy(unit, inProduction).filter((target) => !permitted.includes(target))).toEqual([]);
  });

  it.each(Object.entries(ALLOWED))('%s depends on nothing else of ours', (unit, allowed) => {
    const manifest = JSON.parse(readFileSync(join(root, unit, 'package.json'), 'utf8'));
    const ours = Object.keys(manifest.dependencies ?? {})
      .filter((name) => name.startsWith('@dasf-broker/'))
      .map((name) => name.slice('@dasf-broker/'.length));
    expect(ours.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  it('make no circle', () => {
    expect(findCycle(imports)).toBeUndefined();
  });

  it('would show a circle', () => {
    const circle = [
      { from: 'a.ts', to: 'b.ts', typeOnly: false },
      { from: 'b.ts', to: 'c.ts', typeOnly: false },
      { from: 'c.ts', to: 'b.ts', typeOnly: false },
    ];
    expect(findCycle(circle)).toEqual(['b.ts', 'c.ts', 'b.ts']);
  });

  it('go through a package’s one door', () => {
    const sideDoors = imports.filter(
      ({ from, to }) =>
        /^(packages|services)\//.test(to) && unitOf(from) !== unitOf(to) && !to.endsWith('src/index.ts'),
    );
    expect(sideDoors).toEqual([]);
  });
});
