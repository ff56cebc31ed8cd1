import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'seeds');

export interface Seed {
  readonly name: string;
  readonly input: Buffer;
}

/** The inputs that are kept for a target: the bytes themselves, a file each. */
export function seedsOf(target: string): Seed[] {
  const folder = join(FOLDER, target);
  const names = readdirSync(FOLDER).includes(target) ? readdirSync(folder).toSorted() : [];
  return names.map((name) => ({ name, input: readFileSync(join(folder, name)) }));
}

/** Names of the targets that seeds are kept for. */
export function seededTargets(): string[] {
  return readdirSync(FOLDER);
}

/** @returns where it is; a name that says why is better, once that is known */
export function keepSeed(target: string, input: Buffer): string {
  mkdirSync(join(FOLDER, target), { recursive: true });
  const path = join(FOLDER, target, createHash('sha256').update(input).digest('hex').slice(0, 12));
  writeFileSync(path, input);
  return path;
}
