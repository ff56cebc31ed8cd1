import { copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../run-tool.ts';
import type { Say } from './find.ts';

const SUITE = 'sid'; // the stable releases carry versions that lose messages

/**
 * Unpacks nats-server from the Debian archive that this machine is set up to use, signed by Debian's keys, without
 * being root and without installing anything: apt gets lists and a cache of its own.
 */
export async function fetchFromDebian(
  folder: string,
  say: Say,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const archive = await debianArchive();
  if (archive === undefined) return undefined;
  say('Fetching nats-server from the Debian archive …');
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(folder, 'fetch-'));
  try {
    const failure = await unpack(archive, work, signal);
    if (failure !== undefined) {
      say(`The Debian archive did not give a nats-server: ${failure}`);
      return undefined;
    }
    const path = join(folder, 'nats-server');
    await copyFile(join(work, 'unpacked/usr/sbin/nats-server'), join(work, 'nats-server'));
    await rename(join(work, 'nats-server'), path);
    return path;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The first Debian archive in the machine's own apt configuration. */
async function debianArchive(): Promise<string | undefined> {
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

/** Returns what went wrong, in the words of the tool that failed. */
async function unpack(archive: string, work: string, signal?: AbortSignal): Promise<string | undefined> {
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
  await writeFile(join(work, 'sources.list'), `deb [signed-by=${keyring}] ${archive} ${SUITE} main\n`);
  await mkdir(join(work, 'lists/partial'), { recursive: true });
  await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
  const steps: [string, string[]][] = [
    ['apt-get', [...aptOptions(work), 'update']],
    ['apt-get', [...aptOptions(work), 'download', 'nats-server']],
  ];
  for (const [command, args] of steps) {
    const { code, stderr } = await runTool(command, args, { cwd: work, ...(signal && { signal }) });
    if (code !== 0) return lastLine(stderr);
  }
  const deb = (await readdir(work)).find((name) => name.endsWith('.deb'));
  if (deb === undefined) return 'nothing was downloaded';
  const { code, stderr } = await runTool('dpkg-deb', ['-x', deb, 'unpacked'], { cwd: work });
  return code === 0 ? undefined : lastLine(stderr);
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
