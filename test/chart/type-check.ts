import { mkdtempDisposable, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from '@dasf-broker/deploy';
import type { Manifest } from './manifest.ts';

const root = join(import.meta.dirname, '../..');

const FOREIGN: Readonly<Record<string, string>> = {
  'gateway.networking.k8s.io': '@kubernetes-models/gateway-api',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
};

const OPTIONS = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  },
  files: ['manifests.ts'],
};

/**
 * What is wrong with manifests by the types of Kubernetes; empty where nothing is. The compiler refuses what a type does
 * not know in a literal, so that a field that is misspelled, or stands one level too high, is found as well.
 */
export async function faultsOf(manifests: readonly Manifest[]): Promise<string> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'dasf-manifests-'));
  await symlink(join(root, 'test/node_modules'), join(folder.path, 'node_modules'));
  await writeFile(join(folder.path, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder.path, 'tsconfig.json'), JSON.stringify(OPTIONS));
  await writeFile(join(folder.path, 'manifests.ts'), manifests.map(asLiteral).join('\n'));
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { code, stdout } = await runTool(tsc, ['--project', '.', '--pretty', 'false'], { cwd: folder.path });
  return code === 0 ? '' : stdout;
}

function asLiteral(manifest: Manifest, index: number): string {
  const { apiVersion, kind } = manifest;
  const [group = ''] = apiVersion.split('/');
  const from = `${FOREIGN[group] ?? 'kubernetes-models'}/${apiVersion}/${kind}`;
  return [
    `import type { I${kind} as I${index} } from '${from}';`,
    `export const ${kind}${index}: I${index} = ${JSON.stringify(manifest, null, 1)};`,
  ].join('\n');
}
