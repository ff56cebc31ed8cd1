import { expect, it } from 'vitest';
import { TicketQuota } from './quota.ts';

it('T24: a user may hold so many tickets, and others as many', () => {
  let now = 0;
  const quota = new TicketQuota(2, 1000, () => now);
  expect([quota.take('ada'), quota.take('ada'), quota.take('ada'), quota.take('bob')]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  now = 999;
  expect(quota.take('ada')).toBe(false);
  now = 1000;
  expect([quota.take('ada'), quota.take('ada'), quota.take('ada')]).toEqual([true, true, false]);
});

it('forgets users whose tickets have ended', () => {
  let now = 0;
  const quota = new TicketQuota(2, 1000, () => now);
  for (let user = 0; user < 100; user += 1) quota.take(`user ${user}`);
  now = 500;
  quota.take('user 0');
  now = 1200;
  quota.take('ada');
  expect(quota.users).toBe(2);
});
