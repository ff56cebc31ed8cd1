import { Latencies, type LatencySummary } from './latencies.ts';
import { until } from './until.ts';
import { open as openSocket } from './wires/socket.ts';
import { type WireAddress, wireTo } from './wires/wire.ts';

export interface FanOutOptions {
  readonly wire: WireAddress;
  readonly topic: string;
  readonly consumers: number;
  readonly payloadBytes: number;
  /** Messages under way at a time: each until the last consumer has it. */
  readonly inFlight: number;
  readonly seconds: number;
}

export interface FanOutResult {
  readonly messages: number;
  readonly deliveriesPerSecond: number;
  /** Until the last consumer had it. */
  readonly last: LatencySummary;
}

const PATIENCE_MS = 60_000;

/**
 * Messages of one producer that go to many consumers. One of them acknowledges; the others only count what comes, so
 * that the load generator does less than the broker.
 */
export async function fanOut(options: FanOutOptions): Promise<FanOutResult> {
  await using sockets = new AsyncDisposableStack();
  const latencies = new Latencies();
  const due: number[] = [];
  let complete = 0;
  let deliveries = 0;
  let isOver = false;
  const publish = () => producer.publish(due.push(performance.now()) - 1, filling);
  const arrived = () => {
    deliveries += 1;
    // All get the same messages in the same order: those that all have are the first so many.
    while (deliveries >= (complete + 1) * options.consumers) {
      latencies.record(due[complete] ?? 0);
      complete += 1;
      if (!isOver) publish();
    }
  };
  const filling = 'x'.repeat(options.payloadBytes);
  const wire = wireTo(options.wire);
  const first = await wire.consumer(options.topic, ({ payload, acknowledge }) => {
    acknowledge();
    if (payload !== '') arrived();
  });
  sockets.use(first);
  for (let index = 1; index < options.consumers; index += 1) {
    const [url] = options.wire.urls;
    const address = new URL(`${options.topic}/counts-${index}`, url);
    const counted = (data: Buffer) => {
      if (data.length > options.payloadBytes) arrived();
    };
    const socket = await openSocket(address, counted, options.wire);
    sockets.defer(() => socket.terminate());
    socket.removeAllListeners('close');
  }
  const producer = sockets.use(await wire.producer(options.topic, () => {}));
  for (let index = 0; index < options.inFlight; index += 1) publish();
  await new Promise((resolve) => setTimeout(resolve, options.seconds * 1000));
  const deliveriesPerSecond = deliveries / options.seconds;
  isOver = true;
  await until(
    () => complete === due.length,
    PATIENCE_MS,
    () => `${complete} of ${due.length} messages came`,
  );
  return { messages: due.length, deliveriesPerSecond, last: latencies.summary() };
}
