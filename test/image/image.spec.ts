import { join } from 'node:path';
import { runTool } from '@dasf-broker/deploy';
import { freePort } from '@dasf-broker/ports';
import { eventually } from '@dasf-broker/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Program } from '../setup/program.ts';
import { listIn, stages } from './dockerfile.ts';
import { ImageTree, STRANGER } from './image-tree.ts';

let tree: ImageTree;
beforeAll(async () => {
  tree = await ImageTree.build();
}, 180_000);
afterAll(() => tree?.[Symbol.asyncDispose]());

const asStranger = (env: NodeJS.ProcessEnv = {}) => ({ cwd: tree.path, env, ...STRANGER });

it('holds what production needs, and nothing that only tests need', async () => {
  const files = await tree.files();
  expect(files).toContain('services/edge/src/main.ts');
  expect(files.filter((file) => /\.spec\.ts$|^(?!node_modules).*\/testing\//.test(file))).toEqual([]);
  const packages = files.flatMap((file) => /^node_modules\/\.pnpm\/([^/]+)/.exec(file)?.[1] ?? []);
  expect(packages.some((name) => name.startsWith('fastify@'))).toBe(true);
  expect(
    [...new Set(packages)].filter((name) => /^(vitest|typescript|@biomejs|embedded-|node@)/.test(name)),
  ).toEqual([]);
});

it('lets nobody write', async () => {
  const { code } = await runTool('touch', [join(tree.path, 'services/x')], asStranger());
  expect(code).not.toBe(0);
});

it("shows dasf's help where nothing is asked for", async () => {
  const [, final = []] = stages();
  const { code, stdout } = await runTool(tree.node, listIn(final, 'CMD'), asStranger());
  expect([code, stdout]).toEqual([0, expect.stringContaining('nats-permissions')]);
});

it('knows the settings of all services', async () => {
  const env = { DASF_DATABASE_URL: 'postgresql://h/d' };
  const { stdout } = await runTool(
    tree.node,
    ['packages/cli/src/main.ts', 'config', 'check'],
    asStranger(env),
  );
  expect(stdout).toContain('The settings of edge, store, api are good.');
});

it.each(['edge', 'store', 'api'])(
  '%s starts, lives without NATS, and ends when it is asked',
  async (name) => {
    const script = `services/${name}/src/main.ts`;
    const port = await freePort();
    const nowhere = `127.0.0.1:${await freePort()}`;
    const env = {
      DASF_NATS_URL: `nats://${nowhere}`,
      DASF_DATABASE_URL: `postgresql://dasf@${nowhere}/dasf`,
      [`DASF_${name.toUpperCase()}_INTERNAL_PORT`]: String(port),
    };
    await using service = new Program(tree.node, [script], asStranger(env));
    const status = (path: string) =>
      fetch(`http://127.0.0.1:${port}${path}`).then(
        (answer) => answer.status,
        () => undefined,
      );
    await eventually(async () => (await status('/livez')) === 200, 30_000);
    expect(await status('/readyz')).toBe(503);
    await service.stop();
    expect(await service.ended).toBe(0);
  },
);
