import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createTerminal } from './testing/terminal.ts';

it('prints who may do what, or writes it to a file', async () => {
  await using terminal = await createTerminal();
  const printed = await terminal.dasf('nats-permissions', '--partitions', '2');
  expect(printed).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^accounts \{/) });
  expect(printed.out).toContain('dasf.log.1.');
  expect(printed.out).not.toContain('dasf.log.2.');
  const file = join(terminal.folder, 'accounts.conf');
  const written = await terminal.dasf('nats-permissions', '--partitions=2', `--output=${file}`);
  expect(written).toEqual({ code: 0, out: '', err: '' });
  expect(await readFile(file, 'utf8')).toBe(`${printed.out}\n`);
});

it('says where it cannot write', async () => {
  await using terminal = await createTerminal();
  const { code, err } = await terminal.dasf('nats-permissions', '--output', join(terminal.folder, 'no/file'));
  expect([code, err]).toEqual([1, expect.stringMatching(/no such file.*: --output takes a file/)]);
});
