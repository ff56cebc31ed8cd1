import { Latencies, type LatencySummary } from './latencies.ts';
import { end, open } from './wires/socket.ts';

export interface EchoOptions {
  readonly url: string;
  readonly connections: number;
  readonly payloadBytes: number;
  readonly inFlight: number;
  readonly seconds: number;
}

export interface EchoResult {
  readonly messages: number;
  readonly perSecond: number;
  readonly roundTrip: LatencySummary;
}

/** Frames that a bare websocket server sends back: what the machine can do with nothing behind it. */
export async function echo(options: EchoOptions): Promise<EchoResult> {
  await using sockets = new AsyncDisposableStack();
  const latencies = new Latencies();
  const filling = 'x'.repeat(options.payloadBytes);
  const ends = performance.now() + options.seconds * 1000;
  let messages = 0;
  let underWay = 0;
  const over = Promise.withResolvers<void>();
  for (let index = 0; index < options.connections; index += 1) {
    const send = () => {
      underWay += 1;
      socket.send(JSON.stringify({ context: performance.now(), payload: filling }));
    };
    const socket = await open(new URL(options.url), (data) => {
      latencies.record((JSON.parse(data.toString()) as { context: number }).context);
      messages += 1;
      underWay -= 1;
      if (performance.now() < ends) send();
      else if (underWay === 0) over.resolve();
    });
    sockets.defer(() => end(socket));
    for (let count = 0; count < options.inFlight; count += 1) send();
  }
  await over.promise;
  return { messages, perSecond: messages / options.seconds, roundTrip: latencies.summary() };
}
