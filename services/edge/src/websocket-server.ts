import type { IncomingMessage } from 'node:http';
import { SUBPROTOCOL } from '@dasf-broker/access';
import { type Server, type ServerOptions, WebSocketServer } from 'ws';
import { LARGEST_READ_FRAME_BYTES } from './config.ts';
import type { Limit } from './limits/limit-watch.ts';
import { PeerSocket } from './peer-socket.ts';

/** Pieces of one message that the library holds at most: with many more, putting them together takes it seconds. */
const MAX_BUFFERED_CHUNKS = 16 * 1024;
/** How long a peer may take to answer a Close frame, in milliseconds. */
const CLOSE_TIMEOUT_MS = 5000;

const KEY = /^[+/0-9A-Za-z]{22}==$/;
const VERSIONS = ['8', '13'];
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** Whether the library will take it for the beginning of a websocket (RFC 6455, section 4.2.1). */
export function isHandshake({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    KEY.test(headers['sec-websocket-key'] ?? '') &&
    VERSIONS.includes(headers['sec-websocket-version'] ?? '') &&
    areSubprotocols(headers['sec-websocket-protocol'])
  );
}

function areSubprotocols(header: string | undefined): boolean {
  const offered = header?.split(',').map((name) => name.trim()) ?? [];
  return offered.every((name) => TOKEN.test(name)) && new Set(offered).size === offered.length;
}

const LIMITS: Readonly<Record<string, Limit>> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 'frame size',
  WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH: 'frame size',
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 'fragments',
};

/** Which limit a websocket met that the library ended. */
export function limitBehind(error: Error): Limit {
  const { code = '' } = error as NodeJS.ErrnoException;
  return LIMITS[code] ?? 'websocket protocol';
}

/** What the library's types do not know yet. */
interface NewOptions {
  readonly closeTimeout: number;
}

/** Completes handshakes. */
export function createWebSocketServer(maxFragments: number): Server<typeof PeerSocket> {
  const options: ServerOptions<typeof PeerSocket> & NewOptions = {
    WebSocket: PeerSocket,
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LARGEST_READ_FRAME_BYTES,
    maxFragments,
    maxBufferedChunks: MAX_BUFFERED_CHUNKS,
    closeTimeout: CLOSE_TIMEOUT_MS,
    // What it is handed is little enough for a turn of the event loop.
    allowSynchronousEvents: true,
    // The token that may be offered beside it is never sent back (AUT-1).
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  };
  return new WebSocketServer(options);
}
