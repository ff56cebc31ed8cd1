import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import type { StackFile } from '@dasf-broker/deploy';
import { freePort } from '@dasf-broker/ports';
import { ROOM } from './our-broker.ts';

const SCRIPT = join(import.meta.dirname, '../../../services/edge/src/main.ts');

export interface MoreEdge {
  readonly pid: number;
  /** Where its websocket addresses begin. */
  readonly url: string;
}

/** Edges beside the one that a stack has; they end with `closing`. */
export async function startEdges(
  { natsUrl, natsSeedFile = '', tokenSecretFile, logSettings }: StackFile,
  count: number,
  closing: AsyncDisposableStack,
): Promise<MoreEdge[]> {
  const start = async (): Promise<MoreEdge> => {
    const port = await freePort();
    const env = {
      ...process.env,
      ...ROOM,
      ...logSettings,
      DASF_NATS_URL: natsUrl,
      DASF_NATS_NKEY_SEED_FILE: join(dirname(natsSeedFile), 'edge.nk'),
      DASF_JWT_SECRET_FILE: tokenSecretFile,
      DASF_EDGE_PORT: String(port),
      DASF_LOG_LEVEL: 'warn',
    };
    const child = spawn(process.execPath, [SCRIPT], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    closing.defer(() => void child.kill('SIGKILL'));
    // It tells whoever started it that it serves.
    await once(child, 'message');
    return { pid: child.pid ?? 0, url: `ws://127.0.0.1:${port}/ws/` };
  };
  return Promise.all(Array.from({ length: count }, start));
}
