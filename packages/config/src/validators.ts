import { readFileSync } from 'node:fs';
import type { Setting } from './setting.ts';

/** Refuses the text at hand; what the setting takes instead stands in its `takes`. */
function refuse(): never {
  throw new TypeError('not taken');
}

const checked = <T>(value: T, good: boolean): T => (good ? value : refuse());

/** Any text, or text of a form. */
export function text(form?: { readonly pattern: RegExp; readonly takes: string }): Setting<string> {
  if (!form) return { takes: 'text', parse: (value) => value };
  return { takes: form.takes, parse: (value) => checked(value, form.pattern.test(value)) };
}

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/** A whole number; both ends of the range belong to it. */
export function integer({ min = 0, max = Number.MAX_SAFE_INTEGER }: Range = {}): Setting<number> {
  const upTo = max === Number.MAX_SAFE_INTEGER ? ` or more` : ` to ${max}`;
  return {
    takes: `a whole number, ${min}${upTo}`,
    parse: (value) => within(checked(Number(value), /^-?\d+$/.test(value)), min, max),
  };
}

function within(value: number, min: number, max: number): number {
  return checked(value, value >= min && value <= max);
}

/** A part of a whole. */
export function ratio(): Setting<number> {
  return {
    takes: 'a number from 0 to 1',
    parse: (value) => within(checked(Number(value), /^\d*\.?\d+$/.test(value)), 0, 1),
  };
}

/** A TCP port; 0 lets the system choose. */
export function port(): Setting<number> {
  return { ...integer({ min: 0, max: 65_535 }), takes: 'a port, 0 to 65535 (0: any that is free)' };
}

const BYTES = { '': 1, B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const;

/** A size, read as bytes. */
export function bytes({ min = 0, max = Number.MAX_SAFE_INTEGER }: Range = {}): Setting<number> {
  return {
    takes: `a size such as 65536, 512KiB or 16 MiB${between(min, max, ' bytes')}`,
    parse: (value) => within(quantity(value, BYTES), min, max),
    show: (value) => shown(value, BYTES, ''),
  };
}

const MILLISECONDS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time, read as milliseconds. A number alone is not taken: nobody would agree on its unit. */
export function duration({ min = 0, max = Number.MAX_SAFE_INTEGER }: Range = {}): Setting<number> {
  return {
    takes: `a duration such as 500ms, 2s, 10min, 24h or 7d${between(min, max, ' ms')}`,
    parse: (value) => within(quantity(value, MILLISECONDS), min, max),
    show: (value) => shown(value, MILLISECONDS, 'ms'),
  };
}

/** With the largest unit of which it is a whole number. */
function shown(value: number, units: Readonly<Record<string, number>>, smallest: string): string {
  const fitting = Object.entries(units).findLast(([, size]) => value >= size && value % size === 0);
  const [unit, size] = fitting ?? [smallest, 1];
  return `${value / size}${unit === 'B' ? '' : unit}`;
}

function between(min: number, max: number, unit: string): string {
  if (max !== Number.MAX_SAFE_INTEGER) return ` (${min} to ${max}${unit})`;
  return min > 0 ? ` (${min}${unit} or more)` : '';
}

function quantity(value: string, units: Readonly<Record<string, number>>): number {
  const match = /^(\d+(?:\.\d+)?) ?([A-Za-z]*)$/.exec(value) ?? refuse();
  const unit = Object.entries(units).find(([name]) => name === match[2]) ?? refuse();
  const amount = Number(match[1]) * unit[1];
  return checked(amount, Number.isSafeInteger(amount));
}

/** `true`/`false`, also as yes/no, on/off and 1/0. */
export function bool(): Setting<boolean> {
  const yes = ['true', 'yes', 'on', '1'];
  const no = ['false', 'no', 'off', '0'];
  return {
    takes: 'true or false',
    parse: (value) => yes.includes(value.toLowerCase()) || checked(false, no.includes(value.toLowerCase())),
  };
}

/** One of these words. */
export function choice<const T extends string>(values: readonly T[]): Setting<T> {
  return {
    takes: `one of ${values.join(', ')}`,
    parse: (value) => values.find((known) => known === value) ?? refuse(),
  };
}

/** Items with commas between them, each read by `item`; white space around them does not count. */
export function list<T>(item: Setting<T>): Setting<readonly T[]> {
  const split = (value: string) => value.split(',').map((one) => one.trim());
  return {
    takes: `a comma-separated list, each ${item.takes}`,
    parse: (value) => split(value).flatMap((one) => (one === '' ? [] : [item.parse(one)])),
    show: (values) => values.join(','),
  };
}

/** URLs of these schemes (`['nats', 'tls']`), one or more with commas between them; as they were written. */
export function urls(schemes: readonly string[]): Setting<string> {
  const fits = (one: string) =>
    schemes.some((scheme) => one.trim().startsWith(`${scheme}://`) && URL.canParse(one));
  return {
    takes: `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    parse: (value) => checked(value, value.split(',').every(fits)),
  };
}

/** One URL of one of these schemes, as it was written. */
export function url(schemes: readonly string[]): Setting<string> {
  const { takes, parse } = urls(schemes);
  return { takes, parse: (value) => checked(parse(value), !value.includes(',')) };
}

/** A value that is never shown, and that `<NAME>_FILE` can name a file for; `form` reads it. */
export function secret<T>(form: Setting<T>): Setting<T> {
  return { ...orFromFile(form), secret: true };
}

/** A value that `<NAME>_FILE` can name a file for; what is shown of it is shown without passwords. */
export function orFromFile<T>(form: Setting<T>): Setting<T> {
  return { ...form, fromFile: true };
}

/** The path of a file that is read at once; `parse` reads its contents, and its faults are shown. */
export function file<T>(what: string, parse: (contents: string) => T): Setting<T> {
  return { takes: `the path of ${what}`, tellsWhy: true, parse: (path) => parse(readFileSync(path, 'utf8')) };
}
