/**
 * A process that publishes and closes in the very turn in which its client has ended the socket, because the peer
 * did: `node close-after-publish.ts NATS_URL`. It says when it is connected, and ends with 0 where nothing was thrown.
 */
import { Socket } from 'node:net';
import { closeNats, connectNats } from '../connection.ts';

const [url = ''] = process.argv.slice(2);
const nc = await connectNats({ url, client: 'close-after-publish' });
const end = Socket.prototype.end;
const endAndClose = function (this: Socket, ...rest: Parameters<typeof end>) {
  Socket.prototype.end = end;
  const socket = end.apply(this, rest);
  nc.publish('anything');
  void Promise.resolve().then(() => closeNats(nc));
  return socket;
} as typeof end;
Socket.prototype.end = endAndClose;
process.stdout.write('connected\n');
