import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

/** How a process fares. */
export interface Fare {
  /** By how much its event loop was late since it was last asked: the 99th percentile. */
  readonly delayMs: number;
  /** Bytes that data take after a collection. */
  readonly memory: number;
  /** Bytes that V8 takes for what it has compiled. */
  readonly compiled: number;
}

export const FARE_QUESTION = 'how do you fare';

/** What a service's process imports (`--import`) so that it can be asked how it fares. */
export const SELF_WATCH = join(import.meta.dirname, 'self-watch.ts');

const PATIENCE_MS = 30_000;

/** Asks a process that has imported {@link SELF_WATCH}. @throws where it does not answer within half a minute */
export function fareOf(child: ChildProcess): Promise<Fare> {
  return new Promise((resolve, reject) => {
    const giveUp = () => end(() => reject(new Error(`process ${child.pid} does not say how it fares`)));
    const timer = setTimeout(giveUp, PATIENCE_MS);
    const hear = (message: { fare?: Fare }) => {
      const { fare } = message;
      if (fare) end(() => resolve(fare));
    };
    const end = (settle: () => void) => {
      clearTimeout(timer);
      child.off('message', hear);
      settle();
    };
    child.on('message', hear);
    child.send(FARE_QUESTION, (error) => error && giveUp());
  });
}
