import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './import-graph.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}

const EXACT = /^(?:\d+\.\d+\.\d+(?:-[\w.]+)?|catalog:|workspace:\*)$/;
const AT_INSTALLATION = ['preinstall', 'install', 'postinstall', 'prepare'];

const manifests = ['.', ...globSync(['packages/*', 'services/*', 'deploy', 'test'], { cwd: root })]
  .map((folder) => join(folder, 'package.json'))
  .map((path) => ({ path, ...(JSON.parse(readFileSync(join(root, path), 'utf8')) as Manifest) }));
const workspace = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8');

describe('T38: what comes from elsewhere', () => {
  it('is named with an exact version, everywhere', () => {
    expect(manifests.length).toBeGreaterThan(15);
    const wanted = manifests.flatMap(({ path, dependencies, devDependencies }) =>
      Object.entries({ ...dependencies, ...devDependencies }).map(([name, version]) => ({
        path,
        name,
        version,
      })),
    );
    expect(wanted.filter(({ version }) => !EXACT.test(version))).toEqual([]);
    const [, catalog = ''] = workspace.split('\ncatalog:\n');
    const versions = [...catalog.matchAll(/^ {2}\S+: (\S+)$/gm)].map(([, version = '']) => version);
    expect(versions.length).toBeGreaterThan(5);
    expect(versions.filter((version) => !EXACT.test(version))).toEqual([]);
  });

  it('runs nothing when it is installed, but what is on a list', () => {
    expect(workspace).toContain('\nstrictDepBuilds: true\n');
    const own = manifests.flatMap(({ scripts = {} }) => Object.keys(scripts));
    expect(own.filter((name) => AT_INSTALLATION.includes(name))).toEqual([]);
  });

  it('is as the lockfile has it', () => {
    expect(readFileSync(join(root, 'deploy/bootstrap.mjs'), 'utf8')).toContain("'--frozen-lockfile'");
  });
});
