import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { Manifest } from './manifest.ts';

export const MANIFEST_NAME = 'manifest.json';
/** In the archive's comment, before the checksum of the manifest. */
export const MARK = 'DASF Broker store, manifest sha256 ';
/** Frames are JSON and shrink well with the least effort. */
const ENTRY = { compressionLevel: 1, forceZip64Format: true };

export interface Written {
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes a backup beside its place; only one that is whole and durable gets there. */
export class BackupWriter implements AsyncDisposable {
  readonly #path: string;
  readonly #partial: string;
  readonly #zip = new ZipFile();
  readonly #stopping = new AbortController();
  readonly #written: Promise<void>;

  constructor(path: string) {
    this.#path = path;
    this.#partial = `${path}.${process.pid}.partial`;
    // It holds everybody's messages; flushed to the disk when it is closed.
    const file = createWriteStream(this.#partial, { flags: 'wx', mode: 0o600, flush: true });
    this.#written = pipeline(this.#zip.outputStream, file, { signal: this.#stopping.signal });
    this.#written.catch(() => this.#stopping.abort());
    this.#zip.on('error', () => this.#stopping.abort());
  }

  /** Adds a table, one after the other. */
  async add(table: string, rows: Readable): Promise<Written> {
    const hash = createHash('sha256');
    let bytes = 0;
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        bytes += chunk.length;
        done(null, chunk);
      },
    });
    this.#zip.addReadStream(meter, entryName(table), ENTRY);
    // A disk that is full ends the file, and so what would wait for it for ever.
    await this.#orFileFault(pipeline(rows, meter, { signal: this.#stopping.signal }));
    return { bytes, sha256: hash.digest('hex') };
  }

  /** Puts the backup in its place. */
  async finish(manifest: Manifest): Promise<void> {
    const text = Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`);
    this.#zip.addBuffer(text, MANIFEST_NAME);
    const comment = MARK + createHash('sha256').update(text).digest('hex');
    this.#zip.end({ comment, forceZip64Format: false });
    await this.#written;
    await rename(this.#partial, this.#path);
    await syncFolder(dirname(this.#path));
  }

  /** Removes what is not whole. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#written.catch(() => {});
    await rm(this.#partial, { force: true });
  }

  async #orFileFault(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (this.#stopping.signal.aborted) await this.#written;
      throw error;
    }
  }
}

export function entryName(table: string): string {
  return `${table}.copy`;
}

/** A name is durable when its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
