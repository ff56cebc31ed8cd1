import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Gate } from './gate.ts';
import type { EdgeLimits } from './limits/edge-limits.ts';
import type { Limit } from './limits/limit-watch.ts';
import { UpgradeRequests } from './upgrade-requests.ts';

const MAX_HEADERS = 100;
/** A connection that is not read for a while keeps what came with one read; each piece takes much more than its bytes. */
const HELD_BYTES = 1;
/** Sockets above what may be open, so that somebody can be told so. */
const SPARE_SOCKETS = 100;

/** By the code of what Node finds wrong: the limit that was met, and what is answered. */
const FAULTS: Readonly<Record<string, readonly [Limit, string]>> = {
  HPE_HEADER_OVERFLOW: ['header size', '431 Request Header Fields Too Large'],
};

/** The server whose connections become websockets. It answers nothing else. */
export function createUpgradeServer(gate: Gate, limits: EdgeLimits): Server {
  const { settings, waiting, watch } = limits;
  const parser = createParser(gate, limits);
  const requests = new UpgradeRequests({
    waiting,
    timeout: settings.headerTimeout,
    maxBytes: settings.maxHeaderBytes,
    turnAway: (socket) => gate.refuseTooOften(socket),
    pass: (socket) => parser.emit('connection', socket),
    late: (sockets) => watch.hit('time for a request', sockets),
  });
  const server = createServer({
    allowHalfOpen: true,
    noDelay: true,
    pauseOnConnect: true,
    highWaterMark: HELD_BYTES,
  });
  server.maxConnections = settings.maxConnections + settings.maxWaitingSockets + SPARE_SOCKETS;
  server.on('connection', (socket) => {
    socket.on('error', () => socket.destroy());
    const peer = limits.addresses.peerOf(socket);
    if (!isTooFast(peer, limits)) {
      waiting.add(socket, peer);
      requests.receive(socket);
    } else socket.resetAndDestroy();
  });
  server.on('drop', () => watch.hit('connections'));
  server.once('close', () => requests[Symbol.dispose]());
  return server;
}

/** Reads requests from sockets that are handed to it. */
function createParser(gate: Gate, limits: EdgeLimits): HttpServer {
  const { settings, waiting } = limits;
  const parser = createHttpServer({ maxHeaderSize: settings.maxHeaderBytes }, (_request, response) => {
    const headers = { 'Content-Type': 'application/json', Upgrade: 'websocket', Connection: 'close' };
    response.writeHead(426, headers);
    response.end('{"status":426,"code":"UPGRADE_REQUIRED","detail":"This address speaks websocket only."}\n');
  });
  parser.maxHeadersCount = MAX_HEADERS;
  parser.on('clientError', (error: NodeJS.ErrnoException, socket) => endBadRequest(error, socket, limits));
  parser.on('upgrade', (request, socket, head) => {
    waiting.remove(request.socket);
    gate.receive(request, socket, head);
  });
  return parser;
}

/** Who comes twice as fast as he may is not told so any more, and nothing is read of what he sends. */
function isTooFast(peer: string | undefined, { socketsByAddress, watch }: EdgeLimits): boolean {
  if (peer === undefined || socketsByAddress.of(peer).take()) return false;
  watch.hit('accept rate per address');
  return true;
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
