import { generate } from 'selfsigned';

const IP_ADDRESS = 7;

/** An authority of its own, and what it signed for a server at this address. */
export async function certificatesFor(address: string) {
  const authority = await generate([{ name: 'commonName', value: 'Test authority' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'nats' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: IP_ADDRESS, ip: address }] }],
  });
  return { ca: authority.cert, cert: server.cert, key: server.private };
}
