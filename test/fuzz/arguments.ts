import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';

const MOST_SEED = 2 ** 30;

export interface Arguments {
  /** Of all targets together. */
  readonly inputs: number;
  readonly seed: number;
  readonly targets: readonly string[];
}

/** Why nothing can be tried, as a sentence for whoever asked for it. */
export class CannotStart extends Error {}

/**
 * @param known names of all targets
 * @throws {CannotStart}
 */
export function readArguments(args: readonly string[], known: readonly string[]): Arguments {
  const { inputs, seed, target } = parsed(args);
  const unknown = target.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new CannotStart(`There is no target ${unknown}; there are ${known.join(', ')}.`);
  return {
    inputs: whole('--inputs', inputs),
    seed: seed === undefined ? randomInt(MOST_SEED) : whole('--seed', seed),
    targets: target.length > 0 ? target : known,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        inputs: { type: 'string', default: '100000' },
        seed: { type: 'string' },
        target: { type: 'string', multiple: true, default: [] },
      },
    }).values;
  } catch (error) {
    throw new CannotStart((error as Error).message);
  }
}

function whole(option: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  throw new CannotStart(`${option} takes a whole number, not ${text}.`);
}
