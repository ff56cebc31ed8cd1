import { inject } from 'vitest';
import { type Target, targetAt } from '../harness/target.ts';

/** A broker that runs somewhere, which the suite is pointed at. */
export interface GivenAddresses {
  readonly edges: readonly string[];
  readonly apis: readonly string[];
  readonly secret: string;
  /** How the names of all begin that the run makes there. */
  readonly namePrefix: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** Undefined where each file has a broker of its own. */
    givenAddresses: GivenAddresses | undefined;
  }
}

/** The broker that the suite is pointed at, if it is. */
export function givenBroker(): Target | undefined {
  const given = inject('givenAddresses');
  return given && targetAt(given.edges, given.apis, given.secret);
}

/** How the names of topics and service tokens begin that tests make; patterns of permissions say `t-*`. */
export function namePrefix(): string {
  return inject('givenAddresses')?.namePrefix ?? 't-';
}

/**
 * Whether tests have to be skipped because they need more than the address of a broker; says so.
 *
 * @param why what they need, as the end of a sentence
 */
export function withoutOwnBroker(what: string, why: string): boolean {
  const skipped = inject('givenAddresses') !== undefined;
  if (skipped) console.log(`Skipped at a given address: ${what} needs ${why}.`);
  return skipped;
}
