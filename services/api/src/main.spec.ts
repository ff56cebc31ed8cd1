import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { prepareCredentials } from '@dasf-broker/credentials';
import { prepareLog } from '@dasf-broker/log';
import { natsClient, randomNamespace } from '@dasf-broker/testing';
import { describe, expect, inject, it } from 'vitest';

const MAIN = new URL('main.ts', import.meta.url);

function start(env: Record<string, string>) {
  const child: ChildProcess = fork(MAIN, {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = { out: '', err: '' };
  child.stdout?.on('data', (chunk: Buffer) => {
    output.out += chunk.toString();
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    output.err += chunk.toString();
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { child, exit, output, [Symbol.asyncDispose]: async () => void child.kill('SIGKILL') };
}

describe('the process', () => {
  it('says its address when it serves, and ends well on SIGTERM', async () => {
    const namespace = randomNamespace();
    await using nc = await natsClient();
    await prepareLog(nc, { namespace, partitions: 1, replicas: 1, dedupWindow: 600_000 });
    await prepareCredentials(nc, { namespace, replicas: 1 });
    await using api = start({
      DASF_NATS_URL: inject('natsUrl'),
      DASF_NAMESPACE: namespace,
      DASF_DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
      DASF_API_PORT: '0',
      DASF_LOG_PARTITIONS: '1',
    });
    const [message] = await once(api.child, 'message');
    expect(message).toEqual({
      ready: true,
      address: expect.stringMatching(/^http:\/\/127.0.0.1:\d+\/dasf-broker-django\/$/),
    });
    expect((await fetch(new URL('/openapi.json', message.address))).status).toBe(200);
    api.child.kill('SIGTERM');
    expect(await api.exit).toBe(0);
  });

  it('ends with 78 and every fault where its settings are wrong', async () => {
    await using api = start({ DASF_API_PORT: 'http', DASF_JWT_SECRET: 'hunter2' });
    expect(await api.exit).toBe(78);
    expect(api.output.err).toMatch(/^DASF_DATABASE_URL is not set/m);
    expect(api.output.err).toMatch(/^DASF_API_PORT is "http"; it takes a port/m);
    expect(api.output.err).toMatch(/^DASF_JWT_SECRET has a value \(not shown\)/m);
    expect(api.output.err).not.toContain('hunter2');
  });

  it('ends on SIGTERM while it waits for NATS', async () => {
    await using api = start({ DASF_NATS_URL: 'nats://127.0.0.1:1', DASF_DATABASE_URL: 'postgresql://h/d' });
    await expect.poll(() => api.output.out, { timeout: 25_000 }).toContain('connecting to NATS');
    api.child.kill('SIGTERM');
    expect(await api.exit).toBe(0);
  });
});
