import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import { expect, it } from 'vitest';
import { natsAddress } from './login.ts';
import { certificatesFor } from './testing/certificates.ts';

/** Whether a certificate for 127.0.0.1 passes for the host that the client library names. */
async function passes(url: string, host: string): Promise<boolean> {
  const { cert } = await certificatesFor('127.0.0.1');
  const certificate = new X509Certificate(cert).toLegacyObject() as unknown as PeerCertificate;
  const { checkServerIdentity } = natsAddress(url).tls as unknown as {
    checkServerIdentity: (host: string, certificate: PeerCertificate) => Error | undefined;
  };
  return checkServerIdentity(host, certificate) === undefined;
}

it.each([
  ['tls://127.0.0.1', 'localhost', true],
  ['tls://127.0.0.2', 'localhost', false],
  ['tls://nats.example.org', 'nats.example.org', false],
  ['tls://nats.example.org', 'localhost', false],
  ['tls://nats.example.org, tls://127.0.0.1', 'nats.example.org', false],
])('T16: with %s, a certificate for 127.0.0.1 shown by "%s" passes: %s', async (url, host, expected) => {
  expect(await passes(url, host)).toBe(expected);
});
