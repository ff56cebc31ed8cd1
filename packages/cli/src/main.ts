import { fileURLToPath } from 'node:url';
import { run } from './run.ts';

process.exitCode = await run(process.argv.slice(2), {
  env: process.env,
  projectRoot: fileURLToPath(new URL('../../..', import.meta.url)),
  storeScript: fileURLToPath(new URL('../../../services/store/src/command.ts', import.meta.url)),
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
});
