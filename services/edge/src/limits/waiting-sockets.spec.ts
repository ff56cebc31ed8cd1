import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { testLimits } from '../testing/edge-limits.ts';

class FakeSocket extends EventEmitter {
  isDestroyed = false;

  resetAndDestroy(): void {
    this.isDestroyed = true;
  }
}

function scene() {
  const { waiting } = testLimits({ maxWaitingSockets: 5, maxWaitingSocketsPerAddress: 3 });
  const add = (address?: string) => {
    const socket = new FakeSocket();
    waiting.add(socket as unknown as Socket, address);
    return socket;
  };
  return { waiting, add };
}

describe('T22: of the sockets that have not sent a whole request', () => {
  it('the oldest of an address goes where it has too many', () => {
    const { waiting, add } = scene();
    const others = [add('b'), add('b')];
    const sockets = ['a', 'a', 'a', 'a', 'a'].map(add);
    expect(sockets.map((socket) => socket.isDestroyed)).toEqual([true, true, false, false, false]);
    expect(others.some((socket) => socket.isDestroyed)).toBe(false);
    expect(waiting.size).toBe(5);
  });

  it('the oldest of all goes where all have too many', () => {
    const { waiting, add } = scene();
    const sockets = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map(add);
    expect(sockets.map((socket) => socket.isDestroyed)).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
    expect(waiting.size).toBe(5);
  });

  it('a proxy may have more than one address', () => {
    const { add } = scene();
    const sockets = [1, 2, 3, 4, 5, 6].map(() => add());
    expect(sockets.filter((socket) => socket.isDestroyed).length).toBe(1);
  });

  it('none counts that has ended or sent it', () => {
    const { waiting, add } = scene();
    const [first, second] = [add('a'), add('a')];
    first.emit('close');
    waiting.remove(second as unknown as Socket);
    expect(waiting.size).toBe(0);
    expect(['a', 'a', 'a'].map(add).some((socket) => socket.isDestroyed)).toBe(false);
  });
});
