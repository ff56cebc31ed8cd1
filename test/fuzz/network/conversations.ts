import { DasfSocket } from '../../harness/dasf-socket.ts';
import { nearlyFrame } from '../inputs/frame-text.ts';
import { asBytes } from '../inputs/mutated.ts';
import { readingOf } from '../reference/frame-reading.ts';
import { Finding, mustAgree, type Target } from '../target.ts';
import type { TriedBroker } from './tried-broker.ts';

/** The publish deadline (PUB-9), and as much again on a machine that is busy. */
const ANSWER_WITHIN_MS = 10_000;
const REFUSED = 'send-error:3';
const SPARE_MS = 50;

interface Sockets {
  readonly producer: DasfSocket;
  readonly pong: DasfSocket;
  readonly consumer: DasfSocket;
}

/** Text frames on connections that stay open: each is answered in time, and as a reading of its own expects. */
export function conversations(broker: TriedBroker, topic = 'fuzz-conversations'): Target {
  const open = (path: string) => DasfSocket.connect(broker.edge, path, { token: broker.token });
  let sockets: Promise<Sockets> | undefined;
  const opened = async () => ({
    producer: await open(topic),
    pong: await open('status-ping'),
    // Of another topic: nobody reads what is sent to it.
    consumer: await open(`${topic}-other/sub`),
  });
  return {
    name: 'conversations',
    inputs: asBytes(nearlyFrame),
    async try(input) {
      sockets ??= opened();
      const { producer, pong, consumer } = await sockets;
      const text = input.toString();
      consumer.send(text);
      await checkAnswer(producer, text);
      await checkAnswer(pong, text);
      if (!consumer.isOpen) throw new Finding('a consumer’s connection was ended');
    },
    async close() {
      for (const socket of Object.values((await sockets) ?? {})) await socket[Symbol.asyncDispose]();
    },
  };
}

async function checkAnswer(socket: DasfSocket, text: string): Promise<void> {
  socket.send(text);
  const answer = JSON.parse(await socket.nextText(ANSWER_WITHIN_MS + SPARE_MS));
  const reference = readingOf(text);
  if (!reference?.fields) mustAgree('the answer to what is unreadable', answer.result, REFUSED);
  else if (answer.result !== 'ok' && !/^send-error:[368]$/.test(answer.result))
    throw new Finding(`answered ${answer.result}`);
  if (!reference) return;
  const context = reference.context === undefined ? undefined : JSON.stringify(JSON.parse(reference.context));
  mustAgree('context of the answer', JSON.stringify(answer.context), context);
  if (reference.messageId !== null)
    mustAgree('messageId of the answer', answer.messageId, reference.messageId);
}
