import type fc from 'fast-check';

/** Says when what travels arrives. */
export type Scheduler = Pick<fc.Scheduler, 'schedule' | 'count' | 'waitOne'>;

/**
 * Everything arrives in the order in which it set out.
 *
 * @param last what has this name arrives when nothing else is on its way
 */
export function inOrder(last?: string): Scheduler {
  const due: { readonly name: string | undefined; readonly arrive: () => void }[] = [];
  return {
    schedule: (task, name) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      due.push({ name, arrive: resolve });
      return promise.then(() => task);
    },
    count: () => due.length,
    waitOne: async () => {
      const next = due.findIndex(({ name }) => last === undefined || name !== last);
      due.splice(Math.max(next, 0), 1)[0]?.arrive();
    },
  };
}
