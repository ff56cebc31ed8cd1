import type { Environment } from './read.ts';
import { FILE_SUFFIX } from './secret-files.ts';

export interface UnknownSetting {
  readonly name: string;
  /** The setting that was probably meant; `null` where none is spelled alike. */
  readonly nearest: string | null;
}

/** The `DASF_` variables that nothing reads: most often a slip of the finger. */
export function unknownSettings(
  settings: Readonly<Record<string, { readonly fromFile?: boolean }>>,
  env: Environment = process.env,
): UnknownSetting[] {
  const known = Object.entries(settings).flatMap(([name, { fromFile }]) =>
    fromFile ? [name, name + FILE_SUFFIX] : [name],
  );
  return Object.keys(env)
    .filter((name) => name.startsWith('DASF_') && !known.includes(name))
    .map((name) => ({ name, nearest: nearest(name, known) }));
}

function nearest(name: string, known: readonly string[]): string | null {
  const ranked = known
    .map((other) => ({ other, steps: distance(name, other) }))
    .sort((a, b) => a.steps - b.steps);
  const [best] = ranked;
  return best && best.steps <= name.length / 4 ? best.other : null;
}

/** How many letters must be put in, left out or changed (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const change = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
