import { Latencies, type LatencySummary } from './latencies.ts';
import { until } from './until.ts';
import { type Publishing, type WireAddress, wireTo } from './wires/wire.ts';

export interface CallsOptions {
  readonly wire: WireAddress;
  /** The topic of the module that is called. */
  readonly topic: string;
  /** Where each client takes its answers. */
  readonly responseTopics: readonly string[];
  readonly payloadBytes: number;
  readonly seconds: number;
}

export interface CallsResult {
  readonly calls: number;
  readonly perSecond: number;
  readonly latency: LatencySummary;
}

const PATIENCE_MS = 60_000;

/** Clients that call a module, each with one call under way: request, response. */
export async function calls(options: CallsOptions): Promise<CallsResult> {
  await using sockets = new AsyncDisposableStack();
  const wire = wireTo(options.wire);
  const filling = 'x'.repeat(options.payloadBytes);
  await openModule(options, sockets, filling);
  const latencies = new Latencies();
  let isOver = false;
  let made = 0;
  let inTime = 0;
  let underWay = 0;
  const clients = options.responseTopics.map(async (responseTopic) => {
    let began = 0;
    const call = () => {
      made += 1;
      underWay += 1;
      began = performance.now();
      const requestContext = made;
      const properties = { messageType: 'request', response_topic: responseTopic, requestContext };
      producer.publish(made, filling, properties);
    };
    const consumer = await wire.consumer(responseTopic, ({ properties, acknowledge }) => {
      acknowledge();
      if (properties.messageType !== 'response') return;
      latencies.record(began);
      underWay -= 1;
      if (isOver) return;
      inTime += 1;
      call();
    });
    sockets.use(consumer);
    const producer = sockets.use(await wire.producer(options.topic, () => {}));
    return call;
  });
  for (const call of await Promise.all(clients)) call();
  await new Promise((resolve) => setTimeout(resolve, options.seconds * 1000));
  isOver = true;
  await until(
    () => underWay === 0,
    PATIENCE_MS,
    () => `${underWay} calls have no answer`,
  );
  return { calls: made, perSecond: inTime / options.seconds, latency: latencies.summary() };
}

/** As the Python module does: acknowledges what comes, then answers where it is asked to. */
async function openModule(
  options: CallsOptions,
  sockets: AsyncDisposableStack,
  answer: string,
): Promise<void> {
  const wire = wireTo(options.wire);
  const producers = new Map<string, Publishing>();
  for (const responseTopic of options.responseTopics) {
    producers.set(responseTopic, sockets.use(await wire.producer(responseTopic, () => {})));
  }
  let answers = 0;
  const consumer = await wire.consumer(options.topic, ({ properties, acknowledge }) => {
    acknowledge();
    const { messageType, response_topic = '', requestContext = 0 } = properties;
    if (messageType !== 'request') return;
    const answering = { messageType: 'response', requestContext, source_topic: options.topic };
    answers += 1;
    producers.get(response_topic)?.publish(answers, answer, answering);
  });
  sockets.use(consumer);
}
