import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execute, type RunOptions, type RunResult } from './execute.ts';
import type { Fault } from './faults/index.ts';
import { PLAIN } from './stack/options.ts';
import { type FaultStack, startStack } from './stack/stack.ts';
import { versionsOf } from './versions.ts';

interface CampaignOptions {
  readonly folder: string;
  readonly say: (line: string) => void;
  /** Gets a line of JSON for each run. */
  readonly resultsFile: string | undefined;
  /** Aborted: nothing more is run, and what runs is given up. */
  readonly signal: AbortSignal;
  /** Also what passed is kept. */
  readonly keep: boolean;
}

/** Later runs fold and verify what earlier ones left in the log. */
const RUNS_ON_ONE_STACK = 8;

/** Many runs, one after the other; what needs no machine of its own shares a stack as long as nothing fails. */
export class Campaign implements AsyncDisposable {
  readonly results: RunResult[] = [];
  readonly #options: CampaignOptions;
  #stack: FaultStack | undefined;
  #stackFolder = '';
  #runsOnStack = 0;

  constructor(options: CampaignOptions) {
    this.#options = options;
  }

  get failed(): readonly RunResult[] {
    return this.results.filter(({ violations }) => violations.length > 0);
  }

  async run(fault: Fault, seed: number): Promise<RunResult> {
    const { say } = this.#options;
    if (fault.stack || this.#runsOnStack >= RUNS_ON_ONE_STACK) await this.#close(this.#options.keep);
    const stack = await this.#open(fault);
    this.#runsOnStack += 1;
    const folder = join(this.#stackFolder, `${fault.id}-${seed}`);
    const result = judgedAs(fault, await this.#execute({ fault, seed, stack, folder }));
    this.results.push(result);
    const { violations, recovery, counts, lost, seconds } = result;
    const verdict = violations.length === 0 ? 'passed' : 'FAILED';
    say(
      `${verdict} ${fault.id} ${fault.title}, seed ${seed}: ${counts.acknowledged} of ${counts.attempted} ok, ${lost} lost, recovered in ${recovery === undefined ? '?' : Math.round(recovery)} ms, ${Math.round(seconds)} s in all`,
    );
    for (const { checker, what } of violations.slice(0, 10)) say(`  ${checker}: ${what}`);
    if (violations.length > 10) say(`  and ${violations.length - 10} more`);
    if (this.#options.resultsFile) {
      const versions = await versionsOf(stack);
      const line = { ...result, versions, violations: violations.slice(0, 20) };
      appendFileSync(this.#options.resultsFile, `${JSON.stringify(line)}\n`);
    }
    if (violations.length > 0) await this.#close(true);
    else if (fault.stack) await this.#close(this.#options.keep);
    return result;
  }

  /** Nothing that it started is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close(this.#options.keep);
  }

  /** A run that could not be led to its end has failed, too. */
  async #execute(options: RunOptions): Promise<RunResult> {
    const ending = new Promise<never>((_, reject) => {
      const { signal } = this.#options;
      signal.addEventListener('abort', () => reject(new Error('it was stopped')), { once: true });
    });
    try {
      return await Promise.race([execute(options), ending]);
    } catch (error) {
      const violations = [{ checker: 'harness', what: String(error) }];
      const counts = { attempted: 0, acknowledged: 0, delivered: 0, recovered: 0, redelivered: 0 };
      const { fault, seed } = options;
      const nothing = { counts, lost: 0, recovery: undefined, crashes: 0, seconds: 0 };
      return { fault: fault.id, title: fault.title, seed, violations, ...nothing };
    }
  }

  async #open({ stack }: Fault): Promise<FaultStack> {
    if (this.#stack) return this.#stack;
    this.#stackFolder = mkdtempSync(join(this.#options.folder, 'stack-'));
    this.#runsOnStack = 0;
    this.#stack = await startStack({ ...PLAIN, ...stack, folder: this.#stackFolder });
    return this.#stack;
  }

  async #close(keep: boolean): Promise<void> {
    const stack = this.#stack;
    this.#stack = undefined;
    await stack?.[Symbol.asyncDispose]();
    if (stack && !keep) rmSync(this.#stackFolder, { recursive: true, force: true });
  }
}

/** A negative control that lost nothing is what fails. */
function judgedAs(fault: Fault, result: RunResult): RunResult {
  if (!fault.mustLose) return result;
  const what = 'the negative control lost nothing, so that the others prove nothing';
  return { ...result, violations: result.lost > 0 ? [] : [{ checker: 'control', what }] };
}
