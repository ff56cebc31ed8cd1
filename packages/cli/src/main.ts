import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.ts';

const projectRoot = fileURLToPath(new URL('../../..', import.meta.url));
const services = ['edge', 'store', 'api'];

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  projectRoot,
  storeScript: join(projectRoot, 'services/store/src/command.ts'),
  settingsScripts: Object.fromEntries(
    services.map((name) => [name, join(projectRoot, 'services', name, 'src/report-settings.ts')]),
  ),
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
