import { ANONYMOUS } from '@dasf-broker/protocol';

// Control and format characters, lone surrogates and line separators cannot be told apart in a list of users.
const USER = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]{1,255}$/u;

/** True for 1 to 255 printable characters: a name that grants may be stored for, `anonymous` included. */
export function isUserName(name: unknown): name is string {
  return typeof name === 'string' && USER.test(name) && name.trim() === name;
}

/** True for spellings that a reader takes for `anonymous`; no token may claim them (AUT-2). */
export function looksAnonymous(name: string): boolean {
  return name.normalize('NFKC').toLowerCase().trim() === ANONYMOUS;
}
