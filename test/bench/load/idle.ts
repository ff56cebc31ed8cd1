import type WebSocket from 'ws';
import { open } from './wires/socket.ts';
import type { WireAddress } from './wires/wire.ts';

export interface IdleOptions {
  readonly wire: WireAddress;
  readonly topics: readonly string[];
  /** How many there are to be, those of earlier calls among them. */
  readonly consumers: number;
}

const AT_ONCE = 64;
/** An address has some 28,000 ports from which one other can be reached. */
const CONSUMERS_OF_AN_ADDRESS = 20_000;

const consumers: WebSocket[] = [];

/** Brings the number of consumers that do nothing to this; they stay until another call. */
export async function holdIdle({ wire, topics, consumers: wanted }: IdleOptions): Promise<number> {
  for (const socket of consumers.splice(wanted)) socket.terminate();
  let next = consumers.length;
  const openSome = async () => {
    for (let index = next++; index < wanted; index = next++) {
      const url = new URL(`${topics[index % topics.length]}/idle-${index}`, wire.urls[0]);
      const localAddress = `127.0.0.${1 + Math.floor(index / CONSUMERS_OF_AN_ADDRESS)}`;
      const socket = await open(url, () => {}, { ...wire, localAddress });
      socket.removeAllListeners('close');
      consumers.push(socket);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, openSome));
  return consumers.length;
}
