import { Duplex } from 'node:stream';
import { setImmediate as turnEnds } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { TurnOutput } from './turn-output.ts';

/** Notes what reaches the system, and how often. */
class Transport extends Duplex {
  readonly writes: string[] = [];

  override _read(): void {}

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.writes.push(chunks.map(({ chunk }) => chunk.toString()).join(''));
    done();
  }
}

const bytes = (text: string) => Buffer.from(text);

describe('what is written within a turn', () => {
  it('goes out in one piece for each connection, in its order', async () => {
    const output = new TurnOutput();
    const [first, second] = [new Transport(), new Transport()];
    const written: string[] = [];
    output.write(first, bytes('a'), () => written.push('a'));
    output.write(second, bytes('b'), () => written.push('b'));
    output.write(first, bytes('c'), () => written.push('c'));
    // The library's own frames, such as a Close frame, go behind what was sent before.
    first.write('d');
    expect(first.writes).toEqual([]);
    await turnEnds();
    expect([first.writes, second.writes]).toEqual([['acd'], ['b']]);
    expect(written.toSorted()).toEqual(['a', 'b', 'c']);
    output.write(first, bytes('e'));
    await turnEnds();
    expect(first.writes).toEqual(['acd', 'e']);
  });

  it('counts as not written until then', () => {
    const transport = new Transport();
    new TurnOutput().write(transport, bytes('four'));
    expect(transport.writableLength).toBe(4);
  });

  it('is told of where the connection is gone before', async () => {
    const transport = new Transport().on('error', () => {});
    let isTold = false;
    new TurnOutput().write(transport, bytes('a'), () => {
      isTold = true;
    });
    transport.destroy();
    await turnEnds();
    expect(isTold).toBe(true);
  });

  it('goes out before a connection that is ended', async () => {
    const transport = new Transport();
    new TurnOutput().write(transport, bytes('last'));
    transport.end();
    expect(transport.writes).toEqual(['last']);
  });
});
