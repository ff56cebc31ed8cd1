import { expect, it } from 'vitest';
import { Budget } from './budget.ts';

/** Takes shares in turn and tells which of them have been given. */
function takeAll(budget: Budget, shares: readonly number[]) {
  const given: (Disposable | undefined)[] = shares.map(() => undefined);
  shares.forEach((units, index) => {
    void budget.take(units).then((share) => {
      given[index] = share;
    });
  });
  return {
    giveBack: (index: number) => given[index]?.[Symbol.dispose](),
    given: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return given.flatMap((share, index) => (share ? [index] : []));
    },
  };
}

it('is never exceeded, and who asks first has its turn first', async () => {
  const budget = new Budget(10);
  const { given, giveBack } = takeAll(budget, [6, 6, 1, 3]);
  // The third would have room, but was not first.
  expect(await given()).toEqual([0]);
  giveBack(0);
  expect(await given()).toEqual([0, 1, 2, 3]);
  expect(budget.used).toBe(10);
});

it('gives a share back once', async () => {
  const budget = new Budget(10);
  const { given, giveBack } = takeAll(budget, [4, 4]);
  await given();
  giveBack(0);
  giveBack(0);
  expect(budget.used).toBe(4);
});

it('takes more than there is for all of it', async () => {
  const budget = new Budget(10);
  const { given, giveBack } = takeAll(budget, [1, 50, 1]);
  expect(await given()).toEqual([0]);
  giveBack(0);
  expect(await given()).toEqual([0, 1]);
  expect(budget.used).toBe(10);
  giveBack(1);
  expect(await given()).toEqual([0, 1, 2]);
  expect(budget.used).toBe(1);
});
