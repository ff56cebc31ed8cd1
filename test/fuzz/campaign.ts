import fc from 'fast-check';
import type { Target } from './target.ts';

/** So many inputs are made from one seed. */
const BLOCK = 250;
/** For those, and for making smaller what is found among them. */
const PATIENCE_MS = 20_000;

export interface CampaignOptions {
  readonly inputs: number;
  readonly seed: number;
  /** Is told of each input before it is tried. */
  readonly before?: (input: Buffer) => void;
  /** Is told how many have been tried. */
  readonly progress?: (done: number) => void;
}

/** An input with which a target did what it must not do, made as small as could be. */
export interface Found {
  readonly target: string;
  readonly input: Buffer;
  readonly error: unknown;
  /** Makes the same inputs again. */
  readonly seed: number;
}

/** Tries inputs until there are enough, or one is found. */
export async function campaign(target: Target, options: CampaignOptions): Promise<Found | undefined> {
  const { inputs, seed, before, progress } = options;
  const tried = fc.asyncProperty(target.inputs, async (input) => {
    before?.(input);
    await target.try(input);
  });
  for (let done = 0; done < inputs; ) {
    const numRuns = Math.min(BLOCK, inputs - done);
    const details = await fc.check(tried, {
      numRuns,
      seed: seed + done,
      interruptAfterTimeLimit: PATIENCE_MS,
      markInterruptAsFailure: false,
    });
    const [input] = details.counterexample ?? [];
    if (input) return { target: target.name, input, error: details.errorInstance, seed: seed + done };
    done += details.numRuns;
    progress?.(done);
  }
  return undefined;
}
