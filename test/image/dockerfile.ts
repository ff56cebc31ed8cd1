import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DockerfileParser, type Instruction, ModifiableInstruction } from 'dockerfile-ast';

export const root = join(import.meta.dirname, '../..');
export const text = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8');

export interface Step {
  /** Such as `COPY`. */
  readonly keyword: string;
  /** Without flags. */
  readonly words: string;
  readonly flags: readonly string[];
}

/** The steps of each stage, `FROM` first. */
export function stages(): Step[][] {
  const found: Step[][] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const step = stepOf(instruction);
    if (step.keyword === 'FROM') found.push([]);
    found.at(-1)?.push(step);
  }
  return found;
}

function stepOf(instruction: Instruction): Step {
  return {
    keyword: instruction.getKeyword(),
    words: instruction.getArgumentsContent() ?? '',
    flags: instruction instanceof ModifiableInstruction ? instruction.getFlags().map(String) : [],
  };
}

/** What a step says in JSON, such as `ENTRYPOINT`. */
export function listIn(steps: readonly Step[], keyword: string): readonly string[] {
  const step = steps.findLast((one) => one.keyword === keyword);
  return step ? (JSON.parse(step.words) as string[]) : [];
}
