import type { Results } from '../results/results.ts';
import { type Figure, ratioOf, spreadOf } from './medians.ts';
import { number, table } from './words.ts';

const SHOWN = /^(perSecond|kibEach|edgeGrowthMiB|cpu.*|(delivered|call|last)\.(p50|p99))$/;
const FLOOR: Figure = { workload: 'floor-single', subject: 'floor', value: 'perSecond' };

/** Each figure that both runs have: before, after, and the change, also beside the log of the same run. */
export function compareResults(before: Results, after: Results): string {
  const rows = figuresIn(before).flatMap((figure) => {
    const [was, is] = [spreadOf(before, figure), spreadOf(after, figure)];
    if (!was || !is) return [];
    const spread = Math.max(was.greatest / was.least, is.greatest / is.least);
    const change = is.median / was.median;
    const isClear = change > spread || change < 1 / spread;
    return [
      [
        `${figure.workload} ${figure.subject} ${figure.value}`,
        number(was.median),
        number(is.median),
        `× ${number(change)}${isClear ? '' : ' (within the spread)'}`,
        besideTheLog(before, after, figure),
      ],
    ];
  });
  return table(['what', 'before', 'after', 'change', 'beside the log alone'], rows);
}

function besideTheLog(before: Results, after: Results, figure: Figure): string {
  if (figure.subject === 'floor' || figure.value !== 'perSecond') return '';
  const [was, is] = [ratioOf(before, figure, FLOOR), ratioOf(after, figure, FLOOR)];
  return was && is ? `× ${number(is.median / was.median)}` : '';
}

function figuresIn({ samples }: Results): Figure[] {
  const all = samples.flatMap(({ workload, subject, values }) =>
    Object.keys(values)
      .filter((value) => SHOWN.test(value))
      .map((value) => ({ workload, subject, value })),
  );
  return [...new Map(all.map((figure) => [JSON.stringify(figure), figure])).values()];
}
