import { constants } from 'node:fs';
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import dockerignore from '@balena/dockerignore';
import { runTool } from '@dasf-broker/deploy';
import { root, type Step, stages } from './dockerfile.ts';

/** Who runs in the image; only root can be somebody else. */
export const STRANGER = process.getuid?.() === 0 ? { uid: 65_532, gid: 65_532 } : {};

/**
 * The folder that the image runs from, made by the Dockerfile's own steps without a container: what is copied into it,
 * and what is installed there. Nobody may write to it.
 */
export class ImageTree implements AsyncDisposable {
  readonly path: string;
  /** Node, where strangers can reach it. */
  readonly node: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'broker');
    this.node = join(folder, 'node');
  }

  static async build(): Promise<ImageTree> {
    const tree = new ImageTree(await mkdtemp(join(tmpdir(), 'dasf-image-')));
    try {
      await chmod(tree.#folder, 0o755);
      await mkdir(tree.path);
      await copyFile(process.execPath, tree.node, constants.COPYFILE_FICLONE);
      const [build = []] = stages();
      for (const step of build) await tree.#take(step);
      await protect(tree.path);
      return tree;
    } catch (error) {
      await tree[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #take({ keyword, words }: Step): Promise<void> {
    if (keyword === 'COPY') {
      const [target = '.', ...sources] = words.split(/\s+/).toReversed();
      for (const source of sources) await this.#copy(source, target);
    }
    // What the machine itself is given is not ours to rehearse.
    if (keyword === 'RUN' && !words.startsWith('apt-get ')) await this.#run(words);
  }

  async #copy(source: string, target: string): Promise<void> {
    const ignored = dockerignore.default().add(await readFile(join(root, '.dockerignore'), 'utf8'));
    const to = target.endsWith('/') ? join(target, source) : target;
    await cp(join(root, source), join(this.path, to), {
      recursive: true,
      filter: (path) => !ignored.ignores(relative(root, path)),
    });
  }

  async #run(command: string): Promise<void> {
    const { code, stdout, stderr } = await runTool('sh', ['-c', command], { cwd: this.path });
    if (code !== 0) throw new Error(`${command} ended with ${code}:\n${stdout}${stderr}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await runTool('chmod', ['-R', 'u+w', this.#folder]);
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Every file, by its path in the tree. */
  async files(): Promise<string[]> {
    const entries = await readdir(this.path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(this.path, join(entry.parentPath, entry.name)));
  }
}

async function protect(path: string): Promise<void> {
  const { code, stderr } = await runTool('chmod', ['-R', 'a-w,a+rX', path]);
  if (code !== 0) throw new Error(stderr);
}
