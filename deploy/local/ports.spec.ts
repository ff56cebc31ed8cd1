import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { freePort } from '@dasf-broker/ports';
import { expect, it } from 'vitest';
import { assertListenable } from './ports.ts';

it('accepts a port that is free', async () => {
  await expect(assertListenable('127.0.0.1', await freePort(), 'DASF_EDGE_PORT')).resolves.toBeUndefined();
});

it('says which port is taken and what to do', async () => {
  await using server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  await expect(assertListenable('127.0.0.1', port, 'DASF_EDGE_PORT')).rejects.toThrow(
    new RegExp(`^Port ${port} on 127.0.0.1 is taken: .*DASF_EDGE_PORT=`),
  );
});

it('says that an address is not of this machine', async () => {
  await expect(assertListenable('192.0.2.1', 8080, 'DASF_EDGE_PORT')).rejects.toThrow(
    /^DASF_HOST is "192.0.2.1"/,
  );
});
