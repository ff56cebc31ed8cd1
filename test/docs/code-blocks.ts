/** A fenced block of a page. */
export interface CodeBlock {
  readonly language: string;
  readonly text: string;
  /** Where it begins in the page, from 1. */
  readonly line: number;
}

/** The fenced blocks of a page, in their order. */
export function codeBlocks(page: string): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of page.split('\n').entries()) {
    const fence = /^```(\w*)/.exec(line);
    if (!fence) open?.lines.push(line);
    else if (open) {
      const { language, line: begins, lines } = open;
      blocks.push({ language, line: begins, text: lines.join('\n') });
      open = undefined;
    } else open = { language: fence[1] ?? '', line: index + 1, lines: [] };
  }
  return blocks;
}

/** The file that a block holds, where its first line names one in a comment. */
export function fileName({ text }: CodeBlock): string | undefined {
  return /^(?:#|\/\/|<!--) ([\w.-]+\.\w+)/.exec(text)?.[1];
}

/** Whether an output is as a page shows it, where `…` stands for anything. */
export function isAsShown(output: string, shown: string): boolean {
  const pattern = shown
    .trim()
    .split('…')
    .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[^]*');
  return new RegExp(`^${pattern}$`).test(output.trim());
}
