import type { Arbitrary } from 'fast-check';

/** Something that takes what strangers send. */
export interface Target {
  readonly name: string;
  /** Bytes as they are kept in `seeds`. */
  readonly inputs: Arbitrary<Buffer>;
  /**
   * Gives it an input.
   *
   * @throws {Finding} where it does not do with it what it must; and whatever else it throws is a finding, too
   */
  try(input: Buffer): Promise<void> | void;
  /** Gives back what it holds open between inputs. */
  close?(): Promise<void>;
}

/** What a target did that it must not do. */
export class Finding extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Finding';
  }
}

/** @throws {Finding} where two readings of the same input differ */
export function mustAgree(what: string, ours: unknown, reference: unknown): void {
  const [one, other] = [shown(ours), shown(reference)];
  if (one !== other) throw new Finding(`${what}: read as ${one}, it is ${other}`);
}

function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}
