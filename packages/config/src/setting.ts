/**
 * How one variable is read. `parse` throws anything for text that it does not take: the fault that an operator
 * sees is built from `takes`, so that every fault of a setting reads alike.
 */
export interface Setting<T> {
  /** Completes "takes …": `a whole number from 1 to 64`. */
  readonly takes: string;
  readonly parse: (text: string) => T;
  /** What it is for, in a sentence or two for operators. */
  readonly about?: string;
  /** A value as it would be written; without it, as it is. */
  show?(value: T): string;
  /** What holds where the variable is not set; without it the variable is required. */
  readonly fallback?: { readonly value: T };
  /** The value is never shown. */
  readonly secret?: boolean;
  /** The value may stand in a file that `<NAME>_FILE` names instead. */
  readonly fromFile?: boolean;
  /** The fault of `parse` tells more than `takes` and repeats nothing of the value. */
  readonly tellsWhy?: boolean;
}

/** Settings by the name of their variable. */
// biome-ignore lint/suspicious/noExplicitAny: a record of settings of any type; `unknown` is not assignable here.
export type Specs = Readonly<Record<string, Setting<any>>>;

/** What `readSettings` gives for a record of settings. */
export type Values<S extends Specs> = {
  readonly [Name in keyof S]: S[Name] extends Setting<infer T> ? T : never;
};

/** The setting has this value where the variable is not set. */
export function withDefault<T>(setting: Setting<T>, value: T): Setting<T> {
  return { ...setting, fallback: { value } };
}

/** Says what a setting is for. */
export function about<T>(text: string, setting: Setting<T>): Setting<T> {
  return { ...setting, about: text };
}

/** The variable may be left out. */
export function optional<T>(setting: Setting<T>): Setting<T | undefined> {
  return { ...setting, fallback: { value: undefined } };
}
