import { type IndexedRun, of } from '../checkers/index-run.ts';

/**
 * How long after the last fault was healed all worked again: on each topic something that was sent since was
 * answered `ok` and came to a reader, and each partition was folded beyond where its log ended at that time.
 * `undefined` where that was not seen.
 */
export function recoveryTime(run: IndexedRun): number | undefined {
  const healed = of(run, 'fault').findLast((fault) => fault.healed)?.t;
  if (healed === undefined) return undefined;
  const moments = [
    ...run.topics.map(({ name }) => topicWorks(run, name, healed)),
    ...cursorsMove(run, healed),
  ];
  if (moments.includes(undefined)) return undefined;
  return Math.max(0, ...moments.map((moment) => (moment ?? 0) - healed));
}

function topicWorks(run: IndexedRun, topic: string, healed: number): number | undefined {
  const since = new Set(
    of(run, 'publish')
      .filter((publish) => publish.topic === topic && publish.t > healed)
      .map(({ id }) => id),
  );
  const answered = run.answers.find(
    ({ id, outcome, t }) => t > healed && outcome === 'ok' && since.has(id),
  )?.t;
  const delivered = of(run, 'deliver').find(({ id, t }) => t > healed && since.has(id))?.t;
  return answered === undefined || delivered === undefined ? undefined : Math.max(answered, delivered);
}

function cursorsMove(run: IndexedRun, healed: number): (number | undefined)[] {
  const seen = of(run, 'cursor').filter(({ t }) => t > healed);
  return [...Map.groupBy(seen, ({ partition }) => partition).values()].map((ofPartition) => {
    const wanted = ofPartition[0]?.last ?? 0;
    return ofPartition.find(({ seq }) => seq >= wanted)?.t;
  });
}
