import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder, runTool } from '@dasf-broker/deploy';
import { reachesNoRegistry } from './pip-fault.ts';

/** What an environment is made for. */
export interface PythonPackages {
  /** What is asked for, as people call it. */
  readonly title: string;
  /** The environment's folder; another name where other packages are asked for. */
  readonly folder: string;
  /** What `pip install` is given. */
  readonly install: readonly string[];
  /** A module that can be imported once all of them are there. */
  readonly module: string;
}

/** The interpreter of an environment that has the packages, or why there is none. */
export type PythonEnvironment = { readonly python: string } | { readonly missing: string };

const VERSION = 'import sys, sysconfig; print(sys.version.split()[0] + "-" + sysconfig.get_platform())';
const COMMAND_NOT_FOUND = 127;
const INSTALL_WITHIN_MS = 10 * 60_000;

/**
 * An environment with these packages, kept in this user's cache folder.
 *
 * @throws {Error} where Python and its registry are there and it fails all the same
 */
export async function preparePython(
  packages: PythonPackages,
  say: (line: string) => void,
): Promise<PythonEnvironment> {
  const version = await runTool('python3', ['-c', VERSION]);
  if (version.code === null || version.code === COMMAND_NOT_FOUND) {
    return { missing: 'there is no python3 on the PATH' };
  }
  if (version.code !== 0) throw new Error(`python3 does not run:\n${version.stderr}`);

  const folder = join(cacheFolder(), 'python', `${version.stdout.trim()}-${packages.folder}`);
  const python = pythonIn(folder);
  if (await hasModule(python, packages)) {
    say(`Python: ${packages.title} in ${folder}`);
    return { python };
  }
  // Debian splits the module: `venv` is there, what it needs is in python3-venv.
  if ((await runTool('python3', ['-c', 'import venv, ensurepip'])).code !== 0) {
    return { missing: 'this Python has no venv module (on Debian: apt install python3-venv)' };
  }
  return (await build(folder, packages, say)) ?? { python };
}

/** Built beside its place and moved there whole: a run that is broken off, or another run, leaves no half. */
async function build(
  folder: string,
  packages: PythonPackages,
  say: (line: string) => void,
): Promise<{ readonly missing: string } | undefined> {
  const building = `${folder}.${process.pid}`;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    say('Making a Python environment …');
    await mustRun('python3', ['-m', 'venv', building]);
    say(`Installing ${packages.title} …`);
    const { code, stdout, stderr } = await pipInstall(building, packages);
    if (code !== 0 && reachesNoRegistry(stderr)) {
      return { missing: `pip cannot reach its registry, and ${packages.title} is not installed` };
    }
    if (code !== 0) throw new Error(`pip could not install ${packages.title}:\n${stdout}${stderr}`);
    // The pip in it still knows its old place; what is run from here on is its interpreter alone.
    if (await hasModule(pythonIn(folder), packages)) return undefined;
    rmSync(folder, { recursive: true, force: true });
    renameSync(building, folder);
    return undefined;
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

function pipInstall(environment: string, { install }: PythonPackages) {
  const options = ['--disable-pip-version-check', '--no-input', '--retries', '2'];
  return runTool(pythonIn(environment), ['-m', 'pip', 'install', ...options, ...install], limited());
}

async function hasModule(python: string, { module }: PythonPackages): Promise<boolean> {
  if (!existsSync(python)) return false;
  return (await runTool(python, ['-c', `import ${module}`])).code === 0;
}

async function mustRun(command: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await runTool(command, args, limited());
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

function limited() {
  return { signal: AbortSignal.timeout(INSTALL_WITHIN_MS) };
}

function pythonIn(folder: string): string {
  return join(folder, 'bin', 'python');
}
