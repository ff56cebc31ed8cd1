import type { Spread } from './medians.ts';

export function inWords(spread: Spread | undefined): string {
  if (!spread) return 'not measured';
  const { median, least, greatest } = spread;
  return least === greatest ? number(median) : `${number(median)} (${number(least)}–${number(greatest)})`;
}

export function number(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '--:'))), ...rows.map(line)].join(
    '\n',
  );
}
