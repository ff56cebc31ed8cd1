import { randomBytes } from 'node:crypto';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface WireFrame {
  readonly opcode?: number;
  readonly fin?: boolean;
  /** The three reserved bits. */
  readonly reserved?: number;
  readonly masked?: boolean;
  readonly payload?: Uint8Array | string;
  /** What the header says, whatever follows. */
  readonly length?: number | bigint;
}

/** A websocket frame as a client sends it (RFC 6455, section 5.2), or as none should. */
export function encodeFrame(frame: WireFrame): Buffer {
  const { opcode = OPCODE.text, fin = true, reserved = 0, masked = true } = frame;
  const payload = Buffer.from(frame.payload ?? '');
  const mask = masked ? randomBytes(4) : undefined;
  const first = (fin ? 0x80 : 0) | ((reserved & 7) << 4) | (opcode & 15);
  const length = lengthBytes(frame.length ?? payload.length);
  length[0] = (length[0] ?? 0) | (masked ? 0x80 : 0);
  return Buffer.concat(
    [Buffer.from([first]), length, mask ?? '', mask ? maskedBy(payload, mask) : payload].map(Buffer.from),
  );
}

function lengthBytes(length: number | bigint): Buffer {
  if (length < 126) return Buffer.from([Number(length)]);
  if (length < 65_536) return Buffer.from([126, Number(length) >> 8, Number(length) & 255]);
  const bytes = Buffer.alloc(9, 127);
  bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

function maskedBy(payload: Buffer, mask: Buffer): Buffer {
  const bytes = Buffer.from(payload);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = (bytes[at] as number) ^ (mask[at % 4] as number);
  return bytes;
}

/** A frame that a server sent, which is never masked. */
export interface ReceivedFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** The first frame in what came, and where it ends; nothing where it is not whole yet. */
export function decodeFrame(bytes: Buffer): { frame: ReceivedFrame; end: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] as number) & 127;
  const start = short === 127 ? 10 : short === 126 ? 4 : 2;
  if (bytes.length < start) return undefined;
  const length =
    short === 127 ? Number(bytes.readBigUInt64BE(2)) : short === 126 ? bytes.readUInt16BE(2) : short;
  const end = start + length;
  if (bytes.length < end) return undefined;
  return { frame: { opcode: (bytes[0] as number) & 15, payload: bytes.subarray(start, end) }, end };
}
