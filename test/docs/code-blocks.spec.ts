import { describe, expect, it } from 'vitest';
import { codeBlocks, fileName, isAsShown } from './code-blocks.ts';

const PAGE = ['# Page', '```sh', 'echo a', '```', 'between', '```ts', '// a.ts', 'let a;', '```'].join('\n');

describe('the blocks of a page', () => {
  it('are found with their languages, places and files', () => {
    const [first, second, ...more] = codeBlocks(PAGE);
    expect(first).toEqual({ language: 'sh', text: 'echo a', line: 2 });
    expect(second).toEqual({ language: 'ts', text: '// a.ts\nlet a;', line: 6 });
    expect(more).toEqual([]);
    expect(first && fileName(first)).toBeUndefined();
    expect(second && fileName(second)).toBe('a.ts');
  });

  it.each([
    ['a\nb\n', 'a\nb', true],
    ['a\nb', 'a', false],
    ['a\nb\nc', 'a\n…\nc', true],
    ['it is (so)', '…(so)', true],
    ['it is xsox', '…(so)', false],
  ])('%j is what %j shows: %s', (output, shown, expected) => {
    expect(isAsShown(output, shown)).toBe(expected);
  });
});
