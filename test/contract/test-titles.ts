import { readFileSync } from 'node:fs';

const RULE = /\b(?:FRM|URL|AUT|PUB|RSP|DLV|SHR|ACK|AVL|GC|CLS|API)-\d+\b/g;

/** A string that is given to something together with a function, as `describe`, `it` and `test` take them. */
const TITLE = /\(\s*(['"])((?:(?!\1)[^\\\n]|\\.)*)\1,\s*(?:async\s*)?(?:\(|function)/g;

/** The titles of a spec file’s tests and groups. */
export function titlesIn(path: string): string[] {
  return [...readFileSync(path, 'utf8').matchAll(TITLE)].map(([, , title = '']) => title);
}

/** The rules that a text names, each once. */
export function rulesIn(text: string): string[] {
  return [...new Set(text.match(RULE))];
}
