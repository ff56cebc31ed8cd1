import type { DeliveredFrame } from './frames.ts';
import { ReconnectingSocket, type SocketOptions } from './reconnecting-socket.ts';

export interface ConsumerOptions extends Pick<SocketOptions, 'url' | 'token' | 'onOpen' | 'onRefused'> {
  readonly topic: string;
  /** Names this consumer in the broker's listings. */
  readonly subscription: string;
  /** Called for each frame, in the topic's order; `acknowledge` tells the broker that it is done. */
  readonly onFrame: (frame: DeliveredFrame, acknowledge: () => void) => void;
}

/** Receives one topic's frames, also after a loss of the connection. */
export class Consumer implements AsyncDisposable {
  readonly #socket: ReconnectingSocket;

  constructor({ topic, subscription, onFrame, ...options }: ConsumerOptions) {
    this.#socket = new ReconnectingSocket(
      `${encodeURIComponent(topic)}/${encodeURIComponent(subscription)}`,
      {
        ...options,
        onText: (text) => {
          const frame = JSON.parse(text) as DeliveredFrame;
          onFrame(frame, () => this.#socket.send(JSON.stringify({ messageId: frame.messageId })));
        },
      },
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#socket[Symbol.asyncDispose]();
  }
}
