import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './run-tool.ts';

/** The first Debian archive in the machine's own apt configuration; undefined where there is none. */
export async function debianArchive(): Promise<string | undefined> {
  const format = '$(REPO_URI) $(COMPONENT) $(CODENAME)';
  const { code, stdout } = await runTool('apt-get', [
    'indextargets',
    '--format',
    format,
    'Created-By: Packages',
  ]);
  return code === 0 ? archiveIn(stdout) : undefined;
}

export function archiveIn(targets: string): string | undefined {
  return targets
    .split('\n')
    .map((line) => line.split(' '))
    .find(([uri = '', component]) => /\/debian\/?$/.test(uri) && component === 'main')?.[0];
}

export interface DebianPackages {
  readonly archive: string;
  readonly suite: string;
  readonly names: readonly string[];
}

/**
 * Unpacks packages, signed by Debian's keys, to `unpacked` in this folder, without being root and without installing
 * anything: apt gets lists and a cache of its own. Returns what went wrong, in the words of the tool that failed.
 */
export async function unpackPackages(
  { archive, suite, names }: DebianPackages,
  work: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  await writeFile(join(work, 'sources.list'), `deb [signed-by=${keyring}] ${archive} ${suite} main\n`);
  await mkdir(join(work, 'lists/partial'), { recursive: true });
  await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
  const steps: [string, string[]][] = [
    ['apt-get', [...aptOptions(work), 'update']],
    ['apt-get', [...aptOptions(work), 'download', ...names]],
  ];
  for (const [command, args] of steps) {
    const { code, stderr } = await runTool(command, args, { cwd: work, ...(signal && { signal }) });
    if (code !== 0) return lastLine(stderr);
  }
  const files = (await readdir(work)).filter((name) => name.endsWith('.deb'));
  if (files.length < names.length) return `${files.length} of ${names.length} packages were downloaded`;
  for (const file of files) {
    const { code, stderr } = await runTool('dpkg-deb', ['-x', file, 'unpacked'], { cwd: work });
    if (code !== 0) return lastLine(stderr);
  }
  return undefined;
}

function aptOptions(work: string): string[] {
  const options = {
    'Dir::Etc::sourcelist': join(work, 'sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::lists': join(work, 'lists'),
    'Dir::Cache': join(work, 'cache'),
    'Debug::NoLocking': '1',
    // apt as root fetches as its own user, which cannot reach a private folder.
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
  };
  return ['-q', ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`])];
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) || 'no reason given';
}
