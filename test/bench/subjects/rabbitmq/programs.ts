import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, debianArchive, unpackPackages } from '@dasf-broker/deploy';

/** What Debian's rabbitmq-server depends on, where nothing of Erlang is installed. */
const ERLANG = [
  ...['asn1', 'base', 'crypto', 'eldap', 'ftp', 'inets', 'mnesia', 'os-mon', 'parsetools', 'public-key'],
  ...['runtime-tools', 'snmp', 'ssl', 'syntax-tools', 'tftp', 'tools', 'xmerl'],
].map((name) => `erlang-${name}`);

export interface RabbitPrograms {
  /** Where Erlang is. */
  readonly erlang: string;
  /** Where RabbitMQ is. */
  readonly home: string;
  readonly version: string;
}

/** RabbitMQ and its Erlang, kept in this user's cache folder, or why it is not there. */
export async function prepareRabbit(
  say: (line: string) => void,
): Promise<RabbitPrograms | { readonly missing: string }> {
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(osRelease())?.[1];
  const folder = join(cacheFolder(), 'rabbitmq', suite ?? '');
  const archive = await debianArchive();
  if (!existsSync(folder)) {
    if (archive === undefined || suite === undefined) return { missing: 'there is no Debian archive' };
    say('Fetching rabbitmq-server and its Erlang from the Debian archive …');
    const failure = await fetchTo(folder, { archive, suite, names: ['rabbitmq-server', ...ERLANG] });
    if (failure !== undefined) return { missing: `the Debian archive did not give it: ${failure}` };
  }
  const [home = ''] = globSync(join(folder, 'usr/lib/rabbitmq/lib/rabbitmq_server-*'));
  const version = home.slice(home.lastIndexOf('-') + 1);
  say(`RabbitMQ: ${version} (${home})`);
  return { erlang: join(folder, 'usr/lib/erlang'), home, version };
}

/** Unpacked beside its place and moved there whole. Returns what went wrong. */
async function fetchTo(
  folder: string,
  packages: Parameters<typeof unpackPackages>[0],
): Promise<string | undefined> {
  await mkdir(join(folder, '..'), { recursive: true });
  const work = await mkdtemp(`${folder}.`);
  try {
    const failure = await unpackPackages(packages, work);
    if (failure !== undefined) return failure;
    await move(join(work, 'unpacked/usr/lib/erlang'), join(folder, 'usr/lib/erlang'));
    await rename(join(work, 'unpacked'), folder);
    return undefined;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Erlang's start scripts know the place for which they were made. */
async function move(unpacked: string, place: string): Promise<void> {
  for (const script of globSync(join(unpacked, '{bin,erts-*/bin}/erl'))) {
    const text = await readFile(script, 'utf8');
    await writeFile(script, text.replaceAll('ROOTDIR=/usr/lib/erlang', `ROOTDIR=${place}`));
  }
}

function osRelease(): string {
  return existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
}
