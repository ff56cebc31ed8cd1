import { describe, expect, it } from 'vitest';
import { type Monitoring, openMonitoring } from './monitoring.ts';

async function ask({ address }: Monitoring, path: string, init: RequestInit = {}) {
  const response = await fetch(new URL(path, address), init);
  return [response.status, await response.text()] as const;
}

const open = () => openMonitoring({ host: '127.0.0.1', port: 0 });
const well = async () => {};

describe('the internal port', () => {
  it('tells that the process lives, whatever it depends on', async () => {
    await using monitoring = await open();
    const { readiness } = monitoring;
    expect(await ask(monitoring, '/livez')).toEqual([200, 'ok\n']);
    readiness.begin([{ name: 'nats', look: () => Promise.reject(new Error('away')) }]);
    expect(await ask(monitoring, '/livez')).toEqual([200, 'ok\n']);
  });

  it('is ready from its beginning to its end, while what it needs is there', async () => {
    await using monitoring = await open();
    const { readiness } = monitoring;
    expect(await ask(monitoring, '/readyz?verbose')).toEqual([503, '[-] process: starting\nnot ready\n']);
    let fault: Error | undefined;
    const database = async () => {
      if (fault) throw fault;
    };
    const optional = { name: 'backup', look: () => Promise.reject(new Error('old')), optional: true };
    readiness.begin([{ name: 'nats', look: well }, { name: 'database', look: database }, optional]);
    expect(await ask(monitoring, '/readyz')).toEqual([200, 'ok\n']);
    fault = new Error('cannot reach postgres://ada:secret@host/db\nat somewhere');
    expect(await ask(monitoring, '/readyz?verbose')).toEqual([
      503,
      '[+] process: ok\n[+] nats: ok\n[-] database: cannot reach postgres://***@host/db\n[-] backup: old\nnot ready\n',
    ]);
    fault = undefined;
    readiness.drain();
    expect(await ask(monitoring, '/readyz?verbose')).toEqual([
      503,
      expect.stringMatching(/^\[-] process: stopping\n/),
    ]);
  });

  it('does not wait for what does not answer', async () => {
    await using monitoring = await open();
    monitoring.readiness.begin([{ name: 'nats', look: () => new Promise(() => {}) }]);
    expect(await ask(monitoring, '/readyz?verbose')).toEqual([
      503,
      expect.stringContaining('[-] nats: does not answer'),
    ]);
  });

  it('gives metrics, those of the process among them, and leaves out what cannot be looked up', async () => {
    await using monitoring = await open();
    const { metrics } = monitoring;
    metrics.counter('dasf_things_total', 'Things.', ['kind']).inc({ kind: 'a' }, 2);
    metrics.gaugeOf('dasf_read', 'Read.', [], () => [[{}, 3]]);
    metrics.gaugeOf('dasf_away', 'Away.', [], () => Promise.reject(new Error('away')));
    metrics.gaugeOf('dasf_nothing', 'Nothing.', ['of'], () => []);
    let total = 5;
    metrics.counterOf('dasf_read_total', 'Read.', ['of'], () => [[{ of: 'b' }, total]]);
    for (total of [5, 6]) {
      const [status, text] = await ask(monitoring, '/metrics');
      expect(status).toBe(200);
      expect(text).toContain('dasf_things_total{kind="a"} 2\n');
      expect(text).toContain('dasf_read 3\n');
      expect(text).not.toMatch(/^dasf_away/m);
      expect(text).toContain(`dasf_read_total{of="b"} ${total}\n`);
      expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    }
  });

  it('has nothing else', async () => {
    await using monitoring = await open();
    expect((await ask(monitoring, '/'))[0]).toBe(404);
    expect((await ask(monitoring, '/livez', { method: 'POST' }))[0]).toBe(405);
  });

  it('is there only where it was asked for', async () => {
    await using monitoring = await openMonitoring(undefined);
    expect(monitoring.address).toBeUndefined();
  });
});
