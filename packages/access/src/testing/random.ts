/** A generator that can be run again: the same seed gives the same numbers (mulberry32). */
export interface Random {
  /** 0 <= n < 1 */
  next(): number;
  pick<T>(values: readonly T[]): T;
  some<T>(values: readonly T[], most: number): T[];
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = <T>(values: readonly T[]) => values[Math.floor(next() * values.length)] as T;
  return {
    next,
    pick,
    some: (values, most) => Array.from({ length: Math.floor(next() * (most + 1)) }, () => pick(values)),
  };
}

/** The seed of this run; `SEED=…` repeats an earlier one. Tests show it in their names. */
export const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31));
