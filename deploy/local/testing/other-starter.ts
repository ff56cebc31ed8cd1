import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { standInServices } from './stand-in-services.ts';

/** Starts a stack from another process, which the test may then kill. */
export async function startElsewhere(
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<{ kill(): Promise<void> }> {
  const url = (file: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '..', file)).href);
  const script = join(folder, 'starter.mjs');
  writeFileSync(
    script,
    `import { startStack } from ${url('stack.ts')};
import { readSettings } from ${url('settings.ts')};
const never = new AbortController().signal;
await startStack(readSettings(process.env, '/'), {
  say: () => {},
  scripts: ${JSON.stringify(standInServices(join(folder, 'services')))},
  signal: never,
  force: never,
});
process.send('ready');
`,
  );
  const starter = spawn(process.execPath, [script], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ended = once(starter, 'exit');
  await Promise.race([
    once(starter, 'message'),
    ended.then(([code]) => {
      throw new Error(`the other starter ended with ${code}`);
    }),
  ]);
  return {
    async kill() {
      starter.kill('SIGKILL');
      await ended;
    },
  };
}
