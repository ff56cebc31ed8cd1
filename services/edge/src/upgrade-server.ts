import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Gate } from './gate.ts';
import { clientKey } from './limits/client-address.ts';
import type { EdgeLimits } from './limits/edge-limits.ts';
import type { Limit } from './limits/limit-watch.ts';

/** How often deadlines are looked at; Node does so every 30 s. */
const CHECK_INTERVAL_MS = 1000;
const MAX_HEADERS = 100;
/** Bytes that are kept of a connection that is not read for a while; each piece of them takes much more than a byte. */
const HELD_BYTES = 1024;
/** Sockets above what may be open, so that somebody can be told so. */
const SPARE_SOCKETS = 100;

/** By the code of what Node finds wrong: the limit that was met, and what is answered. */
const FAULTS: Readonly<Record<string, readonly [Limit, string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['time for a request', '408 Request Timeout'],
  HPE_HEADER_OVERFLOW: ['header size', '431 Request Header Fields Too Large'],
};

/** The server whose connections become websockets. It answers nothing else. */
export function createUpgradeServer(gate: Gate, limits: EdgeLimits): Server {
  const { settings, waiting, watch } = limits;
  const server = createServer(
    {
      headersTimeout: settings.headerTimeout,
      requestTimeout: Math.max(settings.requestTimeout, settings.headerTimeout),
      connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, settings.headerTimeout),
      maxHeaderSize: settings.maxHeaderBytes,
      highWaterMark: HELD_BYTES,
    },
    (_request, response) => {
      const headers = { 'Content-Type': 'application/json', Upgrade: 'websocket', Connection: 'close' };
      response.writeHead(426, headers);
      response.end(
        '{"status":426,"code":"UPGRADE_REQUIRED","detail":"This address speaks websocket only."}\n',
      );
    },
  );
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = settings.maxConnections + settings.maxWaitingSockets + SPARE_SOCKETS;
  server.on('connection', (socket) => waiting.add(socket, peerOf(socket, limits)));
  server.on('drop', () => watch.hit('connections'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => endBadRequest(error, socket, limits));
  server.on('upgrade', (request, socket, head) => {
    waiting.remove(request.socket);
    gate.receive(request, socket, head);
  });
  return server;
}

/** A proxy speaks for many: what it opens is no single client's. */
function peerOf({ remoteAddress = '' }: Socket, { addresses }: EdgeLimits): string | undefined {
  return addresses.isProxy(remoteAddress) ? undefined : clientKey(remoteAddress);
}

function endBadRequest(error: NodeJS.ErrnoException, socket: Duplex, { watch }: EdgeLimits): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [limit, status] = FAULTS[error.code ?? ''] ?? (['malformed requests', '400 Bad Request'] as const);
  watch.hit(limit);
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
