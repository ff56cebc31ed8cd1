import { dirname, join } from 'node:path';
import { readyLine } from './addresses.ts';
import { HELP, readArguments } from './arguments.ts';
import { readSettings } from './settings.ts';
import { startStack } from './stack.ts';
import { explain } from './start-fault.ts';
import { onStopSignals } from './stop-signals.ts';
import { unreadVariables } from './unread-variables.ts';

const asked = readArguments(process.argv.slice(2));
if (asked === 'help') {
  console.log(HELP);
  process.exit();
} else if (asked !== 'start') {
  console.error(`There is no "${asked.unknown}" here: --help says what there is.`);
  process.exit(2);
}

const root = dirname(dirname(import.meta.dirname));
const scripts = {
  edge: join(root, 'services/edge/src/main.ts'),
  store: join(root, 'services/store/src/main.ts'),
  api: join(root, 'services/api/src/main.ts'),
  migrate: join(root, 'services/store/src/migrate.ts'),
};
const dasf = join(root, 'packages/cli/src/main.ts');
const say = (line: string) => console.log(line);
const { stopping, force } = onStopSignals(say);

let dataDir = '.dasf';
try {
  const settings = readSettings(process.env, root);
  dataDir = settings.dataDir;
  for (const line of await unreadVariables(dasf, process.env)) console.error(line);
  await using stack = await startStack(settings, { say, scripts, signal: stopping, force });
  say(readyLine(stack.addresses));
  await Promise.race([stack.failed, new Promise((resolve) => stopping.addEventListener('abort', resolve))]);
} catch (error) {
  if (!stopping.aborted) {
    console.error(explain(error, dataDir));
    process.exitCode = 1;
  }
}
if (stopping.aborted) say('DASF broker ended');
// Nothing is left to wait for; a connection that a library keeps open must not hold up the end.
process.exit();
