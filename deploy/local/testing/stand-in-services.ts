import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LISTENS = `
import { createServer } from 'node:http';
const server = createServer((_request, response) => response.end(String(process.pid)));
server.listen(Number(process.env[PORT] ?? 0), '127.0.0.1', () => {
  process.send?.({ ready: true });
  process.channel?.unref();
});
process.on('SIGTERM', () => {
  console.log(JSON.stringify({ level: 40, msg: 'ended' }));
  process.exit(0);
});
`;

/** Scripts that behave towards the starter as the services do; what is tested with them is the starter. */
export function standInServices(folder: string) {
  mkdirSync(folder, { recursive: true });
  const script = (name: string, content: string) => {
    const path = join(folder, `${name}.mjs`);
    writeFileSync(path, content);
    return path;
  };
  return {
    edge: script('edge', `const PORT = 'DASF_EDGE_PORT';${LISTENS}`),
    api: script('api', `const PORT = 'DASF_API_PORT';${LISTENS}`),
    store: script('store', `const PORT = '';${LISTENS}`),
    migrate: script('migrate', `process.exit(process.env.DASF_DATABASE_URL ? 0 : 1);`),
  };
}
