/**
 * Gives the broker what strangers may send, and watches that it does with it what it must:
 *
 *   npm run test:fuzz -- --inputs 1000000 [--seed N] [--target frames …]
 *
 * What is found is kept in `test/fuzz/seeds`, from where `npm test` tries it again.
 */
import { type Arguments, CannotStart, readArguments } from './arguments.ts';
import { runDecoder } from './decoder-run.ts';
import type { Outcome } from './outcome.ts';
import { progressLine } from './progress-line.ts';
import { keepSeed } from './seeds.ts';

/** How large a part of the inputs each gets. */
const SHARES: Readonly<Record<string, number>> = {
  frames: 30,
  json: 20,
  acknowledgements: 10,
  paths: 10,
  headers: 10,
  tokens: 10,
  events: 10,
};

try {
  await tryAll(readArguments(process.argv.slice(2), Object.keys(SHARES)));
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function tryAll({ inputs, seed, targets }: Arguments): Promise<void> {
  console.log(`seed ${seed}`);
  const shares = targets.reduce((sum, name) => sum + (SHARES[name] ?? 0), 0);
  for (const name of targets) {
    const part = Math.round((inputs * (SHARES[name] ?? 0)) / shares);
    report(name, await runDecoder(name, part, seed, progressLine(name, part)));
  }
}

function report(name: string, { found, faults, figures }: Outcome): void {
  if (found) {
    console.log(`${name}: ${String(found.error)}`);
    console.log(`  kept as ${keepSeed(name, found.input)}; the same again with --seed ${found.seed}`);
  }
  for (const fault of faults) console.log(`${name}: ${fault}`);
  if (found || faults.length > 0) process.exitCode = 1;
  else console.log(`${name}: nothing found (${figures})`);
}
