import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../run-tool.ts';
import type { Say } from './find.ts';

const MODULE = 'github.com/nats-io/nats-server/v2';
const RELEASE = '2.15.2';

/** Builds nats-server where the machine has a Go toolchain; Go checks the sources against its checksum database. */
export async function buildWithGo(
  folder: string,
  say: Say,
  signal?: AbortSignal,
  release = RELEASE,
): Promise<string | undefined> {
  if ((await runTool('go', ['version'])).code !== 0) return undefined;
  say(`Building nats-server ${release} with the Go toolchain (a minute or two) …`);
  await mkdir(folder, { recursive: true });
  const started = performance.now();
  const heartbeat = setInterval(() => {
    say(`… still building (${Math.round((performance.now() - started) / 1000)} s)`);
  }, 20_000);
  try {
    const { code, stderr } = await runTool('go', ['install', `${MODULE}@v${release}`], {
      env: { ...process.env, GOBIN: folder, CGO_ENABLED: '0' },
      ...(signal && { signal }),
    });
    if (code === 0) return join(folder, 'nats-server');
    say(`Go could not build it: ${stderr.trim().split('\n').at(-1)}`);
    return undefined;
  } finally {
    clearInterval(heartbeat);
  }
}
