import { createHash } from 'node:crypto';
import { type Readable, Transform, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { CommandFault, reasonOf } from '../command-fault.ts';
import { entryName, MANIFEST_NAME, MARK } from './backup-writer.ts';
import { assertReadable, type Manifest, type SnapshotTable } from './manifest.ts';

/** A file that says of itself what it should be, and is not. */
class Damaged extends Error {
  override readonly name = 'Damaged';
}

/** A backup that somebody made, opened to be read. */
export class BackupFile implements Disposable {
  readonly path: string;
  readonly manifest: Manifest;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(path: string, zip: ZipFile, entries: ReadonlyMap<string, Entry>, manifest: Manifest) {
    this.path = path;
    this.manifest = manifest;
    this.#zip = zip;
    this.#entries = entries;
  }

  /** @throws {CommandFault} where there is no file, or one that is cut, altered, of a newer version or no backup */
  static async open(path: string): Promise<BackupFile> {
    const zip = await openZip(path);
    try {
      const entries = new Map<string, Entry>();
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
      const manifest = await readManifest(zip, entries.get(MANIFEST_NAME));
      assertReadable(path, manifest);
      return new BackupFile(path, zip, entries, manifest);
    } catch (error) {
      zip.close();
      throw error instanceof CommandFault ? error : damaged(path, error);
    }
  }

  /** Reads all of it, to the last byte. @throws {CommandFault} where it is not as it was written */
  async check(signal: AbortSignal): Promise<void> {
    const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
    for (const table of this.manifest.tables) await this.copy(table, nowhere(), signal);
  }

  /** Copies a table's rows to where they go. @throws {CommandFault} where they are not as they were written */
  async copy(table: SnapshotTable, target: Writable, signal: AbortSignal): Promise<void> {
    const source = await this.#read(table);
    const fault: { found?: unknown } = {};
    const watched = source.on('error', (error) => {
      fault.found ??= error;
    });
    const checked = checkedBy(table).on('error', (error) => {
      if (error instanceof Damaged) fault.found ??= error;
    });
    try {
      await pipeline(watched, checked, target, { signal });
    } catch (error) {
      throw fault.found === undefined || signal.aborted ? error : damaged(this.path, fault.found);
    }
  }

  async #read(table: SnapshotTable): Promise<Readable> {
    try {
      const entry = this.#entries.get(entryName(table.name));
      if (!entry) throw new Damaged(`table ${table.name} is missing`);
      return await this.#zip.openReadStreamPromise(entry);
    } catch (error) {
      throw damaged(this.path, error);
    }
  }

  [Symbol.dispose](): void {
    this.#zip.close();
  }
}

async function openZip(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false, strictFileNames: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw damaged(path, error);
    const isFolder = code === 'EISDIR' ? ': it is a folder, name the file in it' : '';
    throw new CommandFault(`${path} cannot be read${isFolder || ` (${reasonOf(error)})`}.`, { cause: error });
  }
}

async function readManifest(zip: ZipFile, entry: Entry | undefined): Promise<Manifest> {
  if (!entry || !zip.comment.startsWith(MARK)) throw new Damaged('there is no manifest in it');
  const text = await buffer(await zip.openReadStreamPromise(entry));
  const sha256 = createHash('sha256').update(text).digest('hex');
  if (zip.comment !== MARK + sha256) throw new Damaged('the manifest is not the one that was written');
  return JSON.parse(text.toString()) as Manifest;
}

/** Passes on what a table's rows are, and fails at the end where they are not those that were written. */
function checkedBy({ name, bytes, sha256 }: SnapshotTable): Transform {
  const hash = createHash('sha256');
  let seen = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      seen += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      if (seen === bytes && hash.digest('hex') === sha256) return done();
      done(new Damaged(`table ${name} is not the one that was written`));
    },
  });
}

function damaged(path: string, cause: unknown): CommandFault {
  return new CommandFault(
    `${path} is no backup of the store, or it was cut or altered (${reasonOf(cause)}): nothing was read from it; ` +
      'take another copy of it, or another backup.',
    { cause },
  );
}
