import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { cpuPer, named, watch } from '../measure/watch.ts';
import type { Measurement, Scene } from './workload.ts';

const SERVER = join(import.meta.dirname, '../subjects/echo-server.ts');

/** What websockets can do with no broker behind them. */
export async function echo({ sizes, generator, closing }: Scene): Promise<readonly Measurement[]> {
  const server = fork(SERVER, { execArgv: [] });
  closing.defer(() => void server.kill('SIGKILL'));
  const [port] = (await once(server, 'message')) as [number];
  const process = { pids: () => ({ echo: server.pid ?? 0 }), settled: async () => {} };
  const { topics: connections, payload: payloadBytes } = sizes;
  const inFlight = Math.ceil(sizes.inFlight / connections);
  const options = { url: `ws://127.0.0.1:${port}/`, connections, payloadBytes, inFlight };
  return [
    {
      workload: 'echo',
      subject: 'floor',
      async measure(seconds) {
        const watched = await watch(process, () => generator.run('echo', { ...options, seconds }));
        const { messages, perSecond, roundTrip } = watched.result;
        return { perSecond, ...named('roundTrip', roundTrip), ...cpuPer(messages, watched) };
      },
    },
  ];
}
