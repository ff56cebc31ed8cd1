import { decodeFrame, encodeFrame, upgradeRequest } from '@dasf-broker/testing';
import fc, { type Arbitrary } from 'fast-check';
import { nearlyFrame } from '../inputs/frame-text.ts';
import { Finding, type Target } from '../target.ts';
import { exchange } from './exchange.ts';
import type { TriedBroker } from './tried-broker.ts';

const ADDRESSES = ['fuzz-websockets', 'fuzz-websockets/sub', 'status-ping'] as const;
const UPGRADED = 'HTTP/1.1 101 ';
const HEAD_END = Buffer.from('\r\n\r\n');
const TEXT = 1;
const CLOSE = 8;
const EXPECTED_OPCODES = [TEXT, CLOSE, 9, 10];
/** RFC 6455, section 7.4.1, and the codes of docs/limits.md. */
const EXPECTED_CLOSES = [1000, 1002, 1003, 1007, 1008, 1009, 1013];
/** RFC 6455, section 7.4.2: what a client closes with of these comes back to it; the broker's own begin with 44. */
const [LEAST_OWN_CLOSE, MOST_OWN_CLOSE] = [3000, 4999];
const BROKERS = 44;

const payload = fc.oneof(
  nearlyFrame.map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(
    Buffer.from([0xc0, 0x80]),
    Buffer.from([3, 0xe8]),
    Buffer.alloc(126, 'x'),
    Buffer.alloc(70_000, ' '),
  ),
);
const wellMade = payload.map((bytes) => encodeFrame({ payload: bytes }));
const anyFrame = fc
  .record(
    {
      payload,
      opcode: fc.nat({ max: 15 }),
      fin: fc.boolean(),
      reserved: fc.oneof(
        { weight: 4, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.nat({ max: 7 }) },
      ),
      masked: fc.oneof(
        { weight: 6, arbitrary: fc.constant(true) },
        { weight: 1, arbitrary: fc.constant(false) },
      ),
      length: fc.constantFrom(0, 125, 126, 65_535, 65_536, 2 ** 26, 2 ** 26 + 1, 2n ** 53n, 2n ** 63n - 1n),
    },
    { requiredKeys: ['payload', 'opcode', 'fin', 'reserved', 'masked'] },
  )
  .map((frame) => encodeFrame(frame));
const frames = fc.array(fc.oneof(wellMade, anyFrame, fc.uint8Array({ maxLength: 16 }).map(Buffer.from)), {
  maxLength: 6,
});

/** The first byte says where to, the second how it is cut; then come the bytes of frames. */
const inputs: Arbitrary<Buffer> = fc
  .tuple(fc.nat({ max: ADDRESSES.length - 1 }), fc.nat({ max: 3 }), frames)
  .map(([address, parts, all]) => Buffer.concat([Buffer.from([address, parts]), ...all]));

/** Bytes after an upgrade that was agreed to, over TCP. */
export function websockets(broker: TriedBroker): Target {
  return {
    name: 'websockets',
    inputs,
    async try(input) {
      const [address = 0, parts = 0] = input;
      const url = new URL(ADDRESSES[address % ADDRESSES.length] ?? '', broker.edge);
      const upgrade = upgradeRequest(url, [`Authorization: Bearer ${broker.token}`]);
      check(await exchange(url, [Buffer.from(upgrade), ...cut(input.subarray(2), parts)], true));
    },
  };
}

/** In so many places more or less alike. */
function cut(bytes: Buffer, places: number): Buffer[] {
  const size = Math.ceil(bytes.length / (places + 1)) || 1;
  return Array.from({ length: places + 1 }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}

function check(received: Buffer): void {
  if (!received.toString('latin1').startsWith(UPGRADED))
    throw new Finding(`answered with ${received.toString('latin1', 0, 200)}`);
  let rest = received.subarray(received.indexOf(HEAD_END) + HEAD_END.length);
  for (let next = decodeFrame(rest); next; next = decodeFrame(rest)) {
    checkFrame(next.frame.opcode, next.frame.payload, rest[0] ?? 0);
    rest = rest.subarray(next.end);
  }
}

function checkFrame(opcode: number, content: Buffer, first: number): void {
  if (!EXPECTED_OPCODES.includes(opcode) || first >> 4 !== 8)
    throw new Finding(`a frame that begins with ${first}`);
  if (opcode === TEXT) JSON.parse(content.toString());
  const code = opcode === CLOSE && content.length > 0 ? content.readUInt16BE(0) : 1000;
  const isOwn = code >= LEAST_OWN_CLOSE && code <= MOST_OWN_CLOSE && Math.floor(code / 100) !== BROKERS;
  if (!isOwn && !EXPECTED_CLOSES.includes(code)) throw new Finding(`closed with ${code}`);
}
