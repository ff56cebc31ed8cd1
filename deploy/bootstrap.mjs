/**
 * Runs a command of this project on any machine that has Node 20.11 or newer:
 *
 *   node deploy/bootstrap.mjs <command> <arguments…>
 *
 * The dependencies are installed first where they are missing or no longer those of the lockfile; the command
 * then finds the project's own tools and its own Node first on its PATH. This file is plain JavaScript without
 * dependencies because it runs before anything is installed, on whatever Node the machine has.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PNPM = 'pnpm@10.34.9';
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.dasf-installed');
const LOCK = join(ROOT, '.dasf-install.lock');
const SAME_SIGNAL_MS = 500;
const PARENT_CHECK_MS = 500;
const PROGRESS_MS = 5000;

/** A fault that the user can do something about: told in one sentence, without a stack. */
class Fault extends Error {}

try {
  checkNode();
  const [command, ...args] = process.argv.slice(2);
  if (command === undefined) {
    throw new Fault('Say what to run: node deploy/bootstrap.mjs <command> <arguments…>');
  }
  await installWhereNeeded();
  linkNode();
  process.exitCode = await run(command, args);
} catch (error) {
  if (!(error instanceof Fault)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 11)) {
    throw new Fault(`Node ${process.versions.node} is too old: install Node 20.11 or newer, with npm.`);
  }
}

async function installWhereNeeded() {
  if (isInstalled()) return;
  const release = await lock();
  try {
    if (isInstalled()) return; // another bootstrap did it while this one waited
    process.stderr.write('Installing the dependencies (half a minute or more the first time, 300 MB) …\n');
    await install();
    writeFileSync(STAMP, fingerprint());
  } finally {
    release();
  }
}

function isInstalled() {
  return (
    existsSync(join(MODULES, '.bin', 'node')) &&
    existsSync(STAMP) &&
    readFileSync(STAMP, 'utf8') === fingerprint()
  );
}

/** What the installed dependencies depend on; another platform needs other binaries. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]) {
    hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)));
  }
  return hash.digest('hex');
}

function manifests() {
  const workspace = readFileSync(join(ROOT, 'pnpm-workspace.yaml'), 'utf8');
  const folders = [...workspace.matchAll(/^ {2}- (\S+)$/gm)].flatMap(([, pattern]) =>
    pattern.endsWith('/*') ? foldersIn(pattern.slice(0, -2)) : [pattern],
  );
  const found = folders
    .map((folder) => `${folder}/package.json`)
    .filter((file) => existsSync(join(ROOT, file)));
  return ['package.json', ...found.sort()];
}

function foldersIn(parent) {
  if (!existsSync(join(ROOT, parent))) return [];
  return readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`);
}

/**
 * pnpm wraps Node in a shell script that stays between it and whoever signals it: a shell that is ended would leave
 * its Node behind. A link has nothing in between.
 */
function linkNode() {
  const node = join(MODULES, '.bin', 'node');
  if (process.platform === 'win32' || lstatSync(node).isSymbolicLink()) return;
  const fresh = `${node}.${process.pid}`;
  symlinkSync('../node/bin/node', fresh);
  renameSync(fresh, node);
}

async function install() {
  // Production mode would leave out Node itself, and npm's own settings and names are not pnpm's business.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(NODE_ENV|INIT_CWD|npm_(package|lifecycle)_.*)$/.test(name),
    ),
  );
  env.npm_config_update_notifier = 'false';
  env.NO_UPDATE_NOTIFIER = '1';
  const args = ['--yes', PNPM, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false'];
  const child = spawn('npx', [...args, '--reporter=append-only'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told = tellProgress(child);
  const code = await ended(child, 'npx').finally(told.end);
  if (code !== 0) {
    throw new Fault(
      `${told.all()}\nThe dependencies could not be installed (pnpm ended with code ${code}): see the messages above, check the network and the free disk space, then run the same command again.`,
    );
  }
}

/**
 * Says every few seconds how far the installation is; what else it writes matters only where it fails. Progress goes
 * to stderr: stdout belongs to the command alone.
 */
function tellProgress(child) {
  const began = performance.now();
  let all = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      all += text;
    });
  }
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - began) / 1000);
    const progress =
      all.match(/^Progress: .*$/gm)?.at(-1) ?? lastLine(all) ?? 'waiting for the package registry';
    process.stderr.write(`  ${seconds} s: ${progress}\n`);
  }, PROGRESS_MS);
  return { all: () => all.trimEnd(), end: () => clearInterval(timer) };
}

function lastLine(text) {
  return text.trimEnd().split('\n').at(-1) || undefined;
}

/** Waits for its turn; the lock of a process that is gone counts for nothing. */
async function lock() {
  const mine = `${LOCK}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  const release = () => rmSync(LOCK, { force: true });
  let told = false;
  try {
    for (;;) {
      try {
        linkSync(mine, LOCK); // a link appears with its content: nobody ever reads an empty lock
        break;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const owner = lockOwner();
      if (owner !== undefined && isAlive(owner)) {
        if (!told) process.stderr.write(`Waiting for another installation (process ${owner}) …\n`);
        told = true;
        await sleep(300);
      } else {
        release();
      }
    }
  } finally {
    rmSync(mine, { force: true });
  }
  process.once('exit', release);
  return () => {
    process.off('exit', release);
    release();
  };
}

function lockOwner() {
  try {
    return Number(readFileSync(LOCK, 'utf8'));
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function run(command, args) {
  const path = `${join(MODULES, '.bin')}${delimiter}${process.env.PATH ?? ''}`;
  // A command that must not outlive this process compares its parent with this number.
  const env = { ...process.env, PATH: path, DASF_BOOTSTRAP_PID: String(process.pid) };
  const child = spawn(command, args, { env, stdio: 'inherit' });
  passSignalsTo(child);
  endWithNpm(child);
  return ended(child, command);
}

function passSignalsTo(child) {
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const last = new Map();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // Ctrl-C at a terminal has already reached the child, which is in the same process group.
      if (signal === 'SIGINT' && terminal) return;
      // npm passes on what it gets, also where the whole group got it: one signal must not arrive as two.
      const now = performance.now();
      if (now - (last.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_SIGNAL_MS) return;
      last.set(signal, now);
      child.kill(signal);
    });
  }
}

/** npm that was killed outright cannot pass on anything; its command must not stay behind. */
function endWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const npm = process.ppid;
  const check = setInterval(() => {
    if (process.ppid === npm) return;
    clearInterval(check);
    child.kill('SIGTERM');
  }, PARENT_CHECK_MS);
  check.unref();
}

function ended(child, command) {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      reject(new Fault(`${command} could not be started (${error.code}): is it installed and on the PATH?`));
    });
    child.once('exit', (code, signal) => {
      resolve(code ?? 128 + (constants.signals[signal] ?? 0));
    });
  });
}
