import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { eventually } from '@dasf-broker/testing';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { DasfSocket, startBroker } from '../harness/index.ts';
import { OldBroker } from './old-broker.ts';

const MAIN = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const hasServer = inject('natsServerBinary') !== undefined;

/** A broker whose services have no more rights than they need, another one's database, and the command. */
async function createScene() {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await mkdtempDisposable(join(tmpdir(), 'dasf-import-')));
  const old = opening.use(new OldBroker(join(folder.path, 'old.sqlite3')));
  const broker = opening.use(await startBroker({ edges: 1, stores: 1, apis: 1, restricted: true }));
  const env = {
    ...broker.nats?.environment('operator'),
    DASF_NAMESPACE: broker.namespace,
    DASF_DATABASE_URL: broker.databaseUrl,
    INIT_CWD: folder.path,
  };
  const start = (...options: string[]) => {
    const words = [MAIN, 'import', 'django', '--database', 'sqlite:///old.sqlite3', ...options];
    return spawn(process.execPath, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  };
  const run = async (...options: string[]) => {
    const child = start(...options);
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { code, out, err };
  };
  const closing = opening.move();
  return {
    broker,
    old,
    run,
    start,
    operator: () => broker.token('olga', ['administer']),
    consume: async (topic: string, user: string) =>
      DasfSocket.connect(broker.edges[0], `${topic}/import`, { token: await broker.token(user) }),
    [Symbol.asyncDispose]: () => closing.disposeAsync(),
  };
}

async function connectDatabase(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}

/** The next frames of a consumer, but for what the broker asks on its own account. */
async function frames(socket: DasfSocket, count: number): Promise<string[]> {
  const found: string[] = [];
  while (found.length < count) {
    const frame = await socket.nextText(20_000);
    if (!/"messageType":\s*"(ping|api_info)"/.test(frame)) found.push(frame);
  }
  return found;
}

describe.skipIf(!hasServer)('dasf import django', () => {
  it('hands out what was owed, to whom, in its order and to the byte; a second time brings what is new', async () => {
    await using scene = await createScene();
    const { old, run, broker } = scene;
    const [ann, bob, cid, dan] = ['ann', 'bob', 'cid']
      .map((name) => old.user(name, { groups: name === 'cid' ? [7] : [] }))
      .concat(old.user('dan', { active: false })) as [number, number, number, number];
    old.mayCreate(ann);
    const rights = { can_produce: [ann], can_consume: [bob, dan], can_view_status: [1] };
    const waves = old.topic('waves', {
      storeMessages: 'store',
      rights,
      consumingGroups: [7],
      apiInfo: { version: 1 },
    });
    const tides = old.topic('tides', { public: true, supportsDasf: false, rights: { can_consume: [bob] } });
    const answers = old.topic('tides_abcdefgh', { responseFor: tides, rights: { can_consume: [ann] } });
    old.topic('status-ping', { responseFor: tides });
    const more = '"more": [1.5, "\\u00fc\\n"], ';
    const stored = [
      old.message(waves, ann, 'one', [bob, cid]),
      old.message(waves, ann, 'two', [bob], more),
      old.message(waves, ann, 'three'),
    ];
    const large = old.message(tides, ann, 'x'.repeat(700_000));
    const late = old.message(tides, bob, 'late');
    const answer = old.message(
      answers,
      bob,
      'answer',
      [],
      '"properties": {"messageType": "response", "requestContext": 1}, ',
    );

    // Connected before: they are sent what is theirs all the same, and no more.
    await using early = await scene.consume('waves', 'bob');
    const dry = await run('--dry-run');
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out).toContain('3 topics (1 public, 1 for responses) with 6 rights of 4 users; 6 messages.');
    expect(dry.out).toContain('Users who hold rights, as tokens must name them: ann, bob, cid\n');
    expect(dry.out).toContain('Left out: status-ping');
    expect(dry.out).toContain(
      'ann may do the following on all topics, which tokens must say here: add_brokertopic',
    );
    await early.silence(100);

    expect(await run()).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('6 messages came over now'),
    });
    expect(await frames(early, 1)).toEqual(stored.slice(2));
    await early.silence();
    await using forCid = await scene.consume('waves', 'cid');
    expect(await frames(forCid, 2)).toEqual(stored.slice(1));
    await using forBob = await scene.consume('tides', 'bob');
    expect(await frames(forBob, 2)).toEqual([large, late]);
    await using forAnn = await scene.consume('tides_abcdefgh', 'ann');
    expect(await frames(forAnn, 1)).toEqual([answer]);

    const authorization = `Bearer ${await scene.operator()}`;
    const show = async (topic: string) =>
      (await fetch(new URL(`/api/v1/topics/${topic}`, broker.api), { headers: { authorization } })).json();
    expect(await show('waves')).toMatchObject({
      public: false,
      supportsDasf: true,
      storeMessages: 'store',
      grants: { can_produce: ['ann'], can_consume: ['bob', 'cid'], can_view_status: ['anonymous'] },
    });
    expect(await show('tides')).toMatchObject({
      public: true,
      supportsDasf: false,
      storeMessages: 'default',
    });

    const added = old.message(waves, ann, 'four');
    expect((await run()).out).toContain('1 messages came over now');
    expect((await run()).out).toContain('0 messages came over now');
    expect([await frames(early, 1), await frames(forCid, 1)]).toEqual([[added], [added]]);
    expect(broker.nats?.errors).toEqual([]);
  }, 120_000);

  it('goes on where it was killed, and brings nothing twice', async () => {
    await using scene = await createScene();
    const { old, start, run, broker } = scene;
    const bob = old.user('bob');
    const tides = old.topic('tides', { rights: { can_consume: [bob] } });
    old.database.exec('begin');
    const owed = Array.from({ length: 4000 }, (_, index) => old.message(tides, bob, `${index}`.padEnd(500)));
    old.database.exec('commit');
    await using consumer = await scene.consume('tides', 'bob');

    const child = start();
    const exit = once(child, 'exit');
    await using database = await connectDatabase(broker.databaseUrl);
    const reached = async () =>
      (await database.query('select 1 from import_progress where messages > 0')).rowCount;
    await eventually(async () => ((await reached()) ?? 0) > 0 || child.exitCode !== null, 60_000);
    child.kill('SIGKILL');
    await exit;

    expect(await run()).toMatchObject({ code: 0, err: '' });
    expect(await frames(consumer, owed.length)).toEqual(owed);
    await consumer.silence();
  }, 120_000);

  it('says what stands in the way before it changes anything', async () => {
    await using scene = await createScene();
    const { old, run, broker } = scene;
    const anonymous = old.user('Anonymous');
    old.topic('waves', { rights: { can_consume: [anonymous] } });
    old.topic('two words');
    old.topic('tides');
    const token = await broker.token('ann', ['add_brokertopic']);
    await using producer = await DasfSocket.connect(broker.edges[0], 'tides', { token });
    expect((await producer.publish({})).result).toBe('ok');
    const { code, err } = await run('--skip', 'currents');
    expect(code).toBe(1);
    expect(err.split('\n')).toEqual([
      'Nothing was imported.',
      'The user "Anonymous" would be everybody without a token here: rename him there.',
      '"two words" is no name of a topic here.',
      'There is a topic tides here already.',
      'There is no topic "currents" to skip.',
      expect.stringContaining('--skip'),
      '',
    ]);
    expect(await run('--skip', 'two words', '--skip=tides', '--user-prefix', 'old:')).toMatchObject({
      code: 0,
      err: '',
    });
  }, 120_000);
});
