/** Refuses whoever sends something, and does nothing else: what an attack on it does to others, the machine does. */
import { type AddressInfo, createServer } from 'node:net';

const REFUSAL = 'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('finish', () => socket.destroy());
  socket.once('data', () => socket.end(REFUSAL));
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());
