import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import type { TextFrames } from './text-frames.ts';
import type { TurnOutput } from './turn-output.ts';

/** What the sockets of an edge send with. */
export interface PeerOutput {
  readonly frames: TextFrames;
  readonly turn: TurnOutput;
}

/** The end of a websocket that is the broker's. It sends nothing but text. */
export class PeerSocket extends WebSocket {
  #transport: Duplex | undefined;
  #output: PeerOutput | undefined;

  /** From now on text goes to the transport past the library, which would write each frame by itself. */
  sendOver(transport: Duplex, output: PeerOutput): void {
    this.#transport = transport;
    this.#output = output;
  }

  /** The bytes of a text, which must not change; they may be shared with other receivers. */
  sendText(text: Uint8Array, sent?: () => void): void {
    const transport = this.#transport;
    if (!transport || !this.#output || this.readyState !== this.OPEN) {
      this.send(text, { binary: false }, sent);
      return;
    }
    const { frames, turn } = this.#output;
    const pieces = frames.of(text);
    const last = pieces.length - 1;
    pieces.forEach((piece, index) => {
      turn.write(transport, piece, index === last ? sent : undefined);
    });
  }
}
