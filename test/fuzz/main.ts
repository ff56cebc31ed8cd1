/**
 * Gives the broker what strangers may send, and watches that it does with it what it must:
 *
 *   npm run test:fuzz -- --inputs 1000000 [--seed N] [--target frames …]
 *
 * What is found is kept in `test/fuzz/seeds`, from where `npm test` tries it again.
 */
import { type Arguments, CannotStart, readArguments } from './arguments.ts';
import { runConverser } from './converser-run.ts';
import { runDecoder } from './decoder-run.ts';
import type { Outcome } from './outcome.ts';
import { startBrokerProcesses } from './processes/broker-processes.ts';
import { progressLine } from './progress-line.ts';
import { keepSeed } from './seeds.ts';

/** How large a part of the inputs each gets. */
const DECODER_SHARES: Readonly<Record<string, number>> = {
  frames: 26,
  json: 18,
  acknowledgements: 8,
  paths: 8,
  headers: 8,
  tokens: 8,
  events: 8,
};
/** By how fast they go: a websocket takes three times as long as all else. */
const CONVERSER_SHARES: Readonly<Record<string, number>> = {
  websockets: 3,
  upgrades: 4,
  conversations: 4,
  requests: 5,
};
const SHARES = { ...DECODER_SHARES, ...CONVERSER_SHARES };

try {
  await tryAll(readArguments(process.argv.slice(2), Object.keys(SHARES)));
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function tryAll({ inputs, seed, targets }: Arguments): Promise<void> {
  console.log(`seed ${seed}`);
  const all = targets.reduce((sum, name) => sum + (SHARES[name] ?? 0), 0);
  const part = (name: string) => Math.round((inputs * (SHARES[name] ?? 0)) / all);
  for (const name of targets.filter((one) => one in DECODER_SHARES)) {
    report(name, await runDecoder(name, part(name), seed, progressLine(name, part(name))));
  }
  const conversers = targets.filter((one) => one in CONVERSER_SHARES);
  if (conversers.length === 0) return;
  await using broker = await startBrokerProcesses();
  for (const name of conversers) {
    report(name, await runConverser(name, broker, part(name), seed, progressLine(name, part(name))));
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
