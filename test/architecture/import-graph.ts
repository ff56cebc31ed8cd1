import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Files by what they import, as paths from the project's root; type-only imports are marked. */
export interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

export const root = dirname(dirname(import.meta.dirname));

const STATEMENT = /^\s*(?:import|export)\s+(type\s)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** Every import between files of this project, read off the source. */
export function readImports(folders: readonly string[]): Import[] {
  return folders.flatMap(sourceFiles).flatMap((path) => {
    const source = readFileSync(path, 'utf8');
    const found = [
      ...[...source.matchAll(STATEMENT)].map(([, type, to]) => ({
        to: to ?? '',
        typeOnly: type !== undefined,
      })),
      ...[...source.matchAll(DYNAMIC)].map(([, to]) => ({ to: to ?? '', typeOnly: false })),
    ];
    return found.flatMap(({ to, typeOnly }) => {
      const target = resolveImport(path, to);
      return target ? [{ from: relative(root, path), to: relative(root, target), typeOnly }] : [];
    });
  });
}

/** The folder that a file belongs to: `packages/log`, `services/edge`, `test`, … */
export function unitOf(path: string): string {
  const [top, second] = path.split('/');
  return top === 'packages' || top === 'services' ? `${top}/${second}` : (top ?? '');
}

/** Files that import each other in a circle at run time; one circle is enough. */
export function findCycle(imports: readonly Import[]): string[] | undefined {
  const targets = new Map<string, string[]>();
  for (const { from, to, typeOnly } of imports) {
    if (!typeOnly) targets.set(from, [...(targets.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] | undefined => {
    const start = path.indexOf(file);
    if (start >= 0) return [...path.slice(start), file];
    if (done.has(file)) return undefined;
    for (const target of targets.get(file) ?? []) {
      const cycle = visit(target, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of targets.keys()) {
    const cycle = visit(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Does not enter node_modules: its links lead from package to package, without end where they make a circle. */
function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : sourceFiles(path);
    return entry.isFile() && /\.(ts|mjs)$/.test(path) ? [join(root, path)] : [];
  });
}

function resolveImport(from: string, to: string): string | undefined {
  if (to.startsWith('.')) return resolve(dirname(from), to);
  const [, unit] = /^@dasf-broker\/([^/]+)$/.exec(to) ?? [];
  if (!unit) return undefined;
  const place = ['packages', 'services', '.'].find((folder) => existsSync(join(root, folder, unit)));
  return place === undefined ? undefined : join(root, place, unit, 'src/index.ts');
}
