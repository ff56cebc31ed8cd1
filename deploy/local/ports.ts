import { once } from 'node:events';
import { createServer } from 'node:net';
import { codeOf, StartFault } from './start-fault.ts';

/** Fails with a sentence where a port cannot be listened on; `variable` is what the user may set. */
export async function assertListenable(host: string, port: number, variable: string): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw new StartFault(sentence(codeOf(error), host, port, variable));
  } finally {
    server.close();
  }
}

function sentence(code: string, host: string, port: number, variable: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken: end what listens there, or choose another port, for example ${variable}=${port + 1000} npm start.`;
    case 'EACCES':
      return `This user may not listen on port ${port}: choose a port from 1024 on with ${variable}.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `DASF_HOST is "${host}", which is no address of this machine: use 127.0.0.1, or 0.0.0.0 for all of its addresses.`;
    default:
      return `Cannot listen on ${host}:${port} (${code}): set DASF_HOST or ${variable} to something else.`;
  }
}
