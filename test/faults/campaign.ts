import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { execute, type RunResult } from './execute.ts';
import type { Fault } from './faults/index.ts';
import { PLAIN, type StackOptions } from './stack/options.ts';
import { type FaultStack, startStack } from './stack/stack.ts';
import { versionsOf } from './versions.ts';

interface CampaignOptions {
  readonly folder: string;
  readonly say: (line: string) => void;
  /** Gets a line of JSON for each run. */
  readonly resultsFile: string | undefined;
  /** Aborted: nothing more is run, and what runs is given up. */
  readonly signal: AbortSignal;
  /** Later runs fold and verify what earlier ones left in the log. */
  readonly runsOnOneStack?: number;
  /** What a fault asks of its stack comes first. */
  readonly stack?: Partial<StackOptions>;
  /** Also what passed is kept. */
  readonly keep: boolean;
}

const RUNS_ON_ONE_STACK = 8;
const SHOWN_VIOLATIONS = 10;
const KEPT_VIOLATIONS = 20;

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

  /** What runs now, if anything. */
  get stack(): FaultStack | undefined {
    return this.#stack;
  }

  get failed(): readonly RunResult[] {
    return this.results.filter(({ violations }) => violations.length > 0);
  }

  async run(fault: Fault, seed: number): Promise<RunResult> {
    const isStale = this.#runsOnStack >= (this.#options.runsOnOneStack ?? RUNS_ON_ONE_STACK);
    if (fault.stack || isStale) await this.#close(this.#options.keep);
    this.#runsOnStack += 1;
    const result = judgedAs(fault, await this.#execute(fault, seed));
    this.results.push(result);
    tell(result, this.#options.say);
    await this.#record(result);
    if (result.violations.length > 0) await this.#close(true);
    else if (fault.stack) await this.#close(this.#options.keep);
    return result;
  }

  async #record(result: RunResult): Promise<void> {
    const { resultsFile } = this.#options;
    if (!resultsFile) return;
    const violations = result.violations.slice(0, KEPT_VIOLATIONS);
    const versions = this.#stack && (await versionsOf(this.#stack));
    appendFileSync(resultsFile, `${JSON.stringify({ ...result, versions, violations })}\n`);
  }

  /** Nothing that it started is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close(this.#options.keep);
  }

  /** A run that could not be led to its end has failed, too. */
  async #execute(fault: Fault, seed: number): Promise<RunResult> {
    const ending = new Promise<never>((_, reject) => {
      const { signal } = this.#options;
      signal.addEventListener('abort', () => reject(new Error('it was stopped')), { once: true });
    });
    try {
      const stack = await this.#open(fault);
      const folder = join(this.#stackFolder, `${fault.id}-${seed}`);
      return await Promise.race([execute({ fault, seed, stack, folder }), ending]);
    } catch (error) {
      const violations = [{ checker: 'harness', what: String(error) }];
      const counts = { attempted: 0, acknowledged: 0, delivered: 0, recovered: 0, redelivered: 0 };
      const nothing = { counts, lost: 0, recovery: undefined, crashes: 0, lag: 0, seconds: 0 };
      return { fault: fault.id, title: fault.title, seed, violations, ...nothing };
    }
  }

  async #open({ stack }: Fault): Promise<FaultStack> {
    if (this.#stack) return this.#stack;
    this.#stackFolder = mkdtempSync(join(this.#options.folder, 'stack-'));
    this.#runsOnStack = 0;
    const wanted = { ...PLAIN, ...this.#options.stack, ...stack, folder: this.#stackFolder };
    this.#stack = await startStack(wanted);
    return this.#stack;
  }

  async #close(keep: boolean): Promise<void> {
    const stack = this.#stack;
    this.#stack = undefined;
    await stack?.[Symbol.asyncDispose]();
    if (stack && !keep) rmSync(this.#stackFolder, { recursive: true, force: true });
  }
}

function tell({ fault, title, seed, violations, counts, ...result }: RunResult, say: (line: string) => void) {
  const verdict = violations.length === 0 ? 'passed' : 'FAILED';
  const recovery = result.recovery === undefined ? '?' : Math.round(result.recovery);
  say(
    `${verdict} ${fault} ${title}, seed ${seed}: ${counts.acknowledged} of ${counts.attempted} ok, ${result.lost} lost, recovered in ${recovery} ms, ${Math.round(result.seconds)} s in all`,
  );
  for (const { checker, what } of violations.slice(0, SHOWN_VIOLATIONS)) say(`  ${checker}: ${what}`);
  const more = violations.length - SHOWN_VIOLATIONS;
  if (more > 0) say(`  and ${more} more`);
}

/** A negative control that lost nothing is what fails. */
function judgedAs(fault: Fault, result: RunResult): RunResult {
  const isJudged = result.violations.every(({ checker }) => checker !== 'harness');
  if (!fault.mustLose || !isJudged) return result;
  const what = 'the negative control lost nothing, so that the others prove nothing';
  return { ...result, violations: result.lost > 0 ? [] : [{ checker: 'control', what }] };
}
