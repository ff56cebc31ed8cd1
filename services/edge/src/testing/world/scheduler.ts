import type fc from 'fast-check';

/** Says when what travels arrives. */
export type Scheduler = Pick<fc.Scheduler, 'schedule' | 'count' | 'waitOne'>;

/** Everything arrives in the order in which it set out. */
export function inOrder(): Scheduler {
  const due: (() => void)[] = [];
  return {
    schedule: (task) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      due.push(resolve);
      return promise.then(() => task);
    },
    count: () => due.length,
    waitOne: async () => due.shift()?.(),
  };
}
