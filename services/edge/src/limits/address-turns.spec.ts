import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { AddressTurns } from './address-turns.ts';

const socketOf = (remoteAddress: string) => ({ remoteAddress, destroyed: false }) as Socket;
const fill = (turns: AddressTurns, ...addresses: string[]) =>
  addresses.map((address) => {
    const socket = socketOf(address);
    turns.add(socket);
    return socket;
  });

it('T24: addresses take turns, whoever came first', () => {
  const turns = new AddressTurns();
  const [one, two, three, other] = fill(turns, '10.0.0.1', '10.0.0.1', '10.0.0.1', '10.0.0.2');
  const order = [turns.next(), turns.next(), turns.next(), turns.next(), turns.next()];
  expect(order.map((each) => [one, other, two, three].indexOf(each as Socket))).toEqual([0, 1, 2, 3, -1]);
});

it('a network that one client can choose addresses from has one turn', () => {
  const turns = new AddressTurns();
  const [one, two, other] = fill(turns, '2001:db8::1', '2001:db8::2', '2001:db8:0:1::1');
  expect([turns.next(), turns.next(), turns.next()]).toEqual([one, other, two]);
});

it('who has gone takes no turn', () => {
  const turns = new AddressTurns();
  const sockets = fill(turns, '10.0.0.1', '10.0.0.2', '10.0.0.1');
  for (const gone of sockets.slice(0, 2)) Object.assign(gone, { destroyed: true });
  expect(turns.size).toBe(3);
  expect(turns.next()).toBe(sockets[2]);
  expect(turns.next()).toBeUndefined();
  expect(turns.size).toBe(0);
});
