/** A websocket server that sends back what comes, in a process of its own. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

process.on('disconnect', () => process.exit());
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => socket.send(data, { binary: false }));
});
server.on('listening', () => process.send?.((server.address() as AddressInfo).port));
