import { mkdtempDisposableSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { archiveIn } from '../debian-archive.ts';
import { type Fetch, findNatsServer } from './find.ts';

describe('findNatsServer', () => {
  it('takes NATS_SERVER_BIN before all others', async () => {
    await using given = await scene();
    const named = await given.server('named/nats-server', '2.15.2');
    await given.server('bin/nats-server', '2.14.0');

    const found = await findNatsServer({ ...given.env, NATS_SERVER_BIN: named }, given.say, []);

    expect(found).toMatchObject({ path: named, version: [2, 15, 2] });
  });

  it('refuses a NATS_SERVER_BIN that cannot be used', async () => {
    await using given = await scene();
    const named = await given.server('named/nats-server', '2.9.10');

    await expect(findNatsServer({ ...given.env, NATS_SERVER_BIN: named }, given.say, [])).rejects.toThrow(
      /^NATS_SERVER_BIN is ".*", which is no nats-server 2.12.0 or newer/,
    );
  });

  it('passes by an old one on the PATH for the one in the cache', async () => {
    await using given = await scene();
    await given.server('bin/nats-server', '2.9.10');
    const cached = await given.server('cache/dasf-broker/nats-server/nats-server', '2.15.1');

    expect((await findNatsServer(given.env, given.say, [])).path).toBe(cached);
    expect(given.said).toEqual([expect.stringMatching(/bin\/nats-server is older than 2.12.0/)]);
  });

  it('warns of one that is unfit for durability', async () => {
    await using given = await scene();
    await given.server('bin/nats-server', '2.12.3');

    await findNatsServer(given.env, given.say, []);

    expect(given.said).toEqual([expect.stringMatching(/^Warning: .* version 2.12.3, which is unfit/)]);
  });

  it('fetches where there is none, from the first source that has one', async () => {
    await using given = await scene();
    const none: Fetch = async () => undefined;
    const one: Fetch = () => given.server('cache/dasf-broker/nats-server/nats-server', '2.15.1');

    expect((await findNatsServer(given.env, given.say, [none, one])).origin).toMatch(/^fetched, kept in/);
  });

  it('says what to do where there is none', async () => {
    await using given = await scene();
    await expect(findNatsServer(given.env, given.say, [])).rejects.toThrow(/NATS_SERVER_BIN.*DASF_NATS_URL/);
  });
});

describe('archiveIn', () => {
  it('takes the Debian archive and leaves security updates and others alone', () => {
    const targets = [
      'http://mirror.example/debian-security/ main bookworm-security',
      'https://other.example/apt/ main bookworm',
      'http://mirror.example/debian/ main bookworm',
    ];
    expect(archiveIn(targets.join('\n'))).toBe('http://mirror.example/debian/');
  });

  it('knows none on a machine without', () => {
    expect(archiveIn('http://mirror.example/ubuntu/ main noble\n')).toBeUndefined();
  });
});

/** A machine of its own: a PATH, a cache folder, and servers that only tell their version. */
async function scene() {
  const folder = mkdtempDisposableSync(join(tmpdir(), 'dasf-nats-'));
  const said: string[] = [];
  return {
    said,
    say: (line: string) => said.push(line),
    env: { PATH: join(folder.path, 'bin'), XDG_CACHE_HOME: join(folder.path, 'cache') },
    async server(name: string, version: string): Promise<string> {
      const path = join(folder.path, name);
      await mkdir(dirname(path), { recursive: true });
      writeFileSync(path, `#!/bin/sh\necho nats-server: v${version}\n`, { mode: 0o755 });
      return path;
    },
    async [Symbol.asyncDispose]() {
      folder.remove();
    },
  };
}
