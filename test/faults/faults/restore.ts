import { join } from 'node:path';
import { runStoreCommand } from '../store-command.ts';
import { type Fault, within } from './fault.ts';

const drill: Fault = {
  id: 'F35',
  title: 'the database set back to a backup while all runs',
  async inject({ stack, random, history }) {
    await within(random, 1000, 2500);
    const file = join(stack.folder, `backup-${random.between(0, 1e9)}.zip`);
    await must(stack, 'backup', '--to', file);
    history.fault('a backup was taken');
    await within(random, 2000, 5000);
    await must(stack, 'restore', '--from', file, '--replace');
    history.add({ op: 'fault', what: 'the backup was restored', healed: true, setsBack: true });
  },
};

async function must(
  stack: Parameters<typeof runStoreCommand>[0],
  ...words: readonly string[]
): Promise<void> {
  const { code, stdout, stderr } = await runStoreCommand(stack, ...words);
  if (code !== 0) throw new Error(`dasf store ${words[0]} ended with ${code}: ${stdout} ${stderr}`);
}

export const RESTORES: readonly Fault[] = [drill];
