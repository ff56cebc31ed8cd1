import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from '@dasf-broker/ports';
import { expect, inject, it } from 'vitest';
import { findNatsServer } from './find.ts';
import { givenNats } from './given.ts';

const never = new AbortController().signal;

it('takes a server with JetStream', async () => {
  const url = inject('natsUrl');
  await expect(givenNats(url, {}, { say: () => {}, signal: never })).resolves.toBe(url);
});

it('says at once what it waits for, without the password, and ends when told to', async () => {
  const port = await freePort();
  const said: string[] = [];
  const stopping = new AbortController();
  const waiting = givenNats(
    `nats://me:hush@127.0.0.1:${port}`,
    {},
    {
      say: (line) => {
        said.push(line);
        stopping.abort();
      },
      signal: stopping.signal,
    },
  );
  await expect(waiting).rejects.toThrow(/abort/);
  expect(said).toEqual([
    expect.stringMatching(`^Waiting for NATS at 127.0.0.1:${port} .*put DASF_NATS_URL right\\.$`),
  ]);
  expect(said[0]).not.toContain('hush');
});

it('says that JetStream is missing', async () => {
  const { path } = await findNatsServer(process.env, () => {});
  const port = await freePort();
  const server = spawn(path, ['-a', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  try {
    await expect(givenNats(`nats://127.0.0.1:${port}`, {}, { say: () => {}, signal: never })).rejects.toThrow(
      /has no JetStream .*nats-server with -js/,
    );
  } finally {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
});

it('says that an address is none', async () => {
  await expect(givenNats('nowhere', {}, { say: () => {}, signal: never })).rejects.toThrow(
    /^DASF_NATS_URL is no/,
  );
});
