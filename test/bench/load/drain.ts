import { numberIn } from './cycle.ts';
import { until } from './until.ts';
import { type WireAddress, wireTo } from './wires/wire.ts';

export interface FillOptions {
  readonly wire: WireAddress;
  readonly topics: readonly string[];
  readonly messages: number;
  readonly payloadBytes: number;
  readonly inFlight: number;
}

export interface DrainOptions {
  readonly wire: WireAddress;
  readonly topic: string;
  readonly messages: number;
}

const PATIENCE_MS = 600_000;

/** Publishes what nobody consumes, to the topics in turn; resolves when all is answered. */
export async function fill(options: FillOptions): Promise<number> {
  await using sockets = new AsyncDisposableStack();
  const { topics, messages, payloadBytes, inFlight } = options;
  const wire = wireTo(options.wire);
  const filling = 'x'.repeat(payloadBytes);
  let sent = 0;
  let answered = 0;
  const publish = (index: number) => {
    if (sent >= messages) return;
    const payload = `${sent};`;
    producers[index]?.publish(index, payload + filling.slice(payload.length));
    sent += 1;
  };
  const producers = await Promise.all(
    topics.map((topic) =>
      wire.producer(topic, (index) => {
        answered += 1;
        publish(index);
      }),
    ),
  );
  for (const producer of producers) sockets.use(producer);
  const each = Math.ceil(inFlight / topics.length);
  for (let count = 0; count < each * topics.length; count += 1) publish(count % topics.length);
  await until(
    () => answered >= messages,
    PATIENCE_MS,
    () => `${answered} of ${messages} were answered`,
  );
  return answered;
}

/** One consumer connects and acknowledges all that is outstanding; resolves with the messages a second. */
export async function drain({ wire, topic, messages }: DrainOptions): Promise<number> {
  let came = 0;
  let last = -1;
  const began = performance.now();
  const consumer = await wireTo(wire).consumer(topic, ({ payload, acknowledge }) => {
    acknowledge();
    const number = numberIn(payload);
    if (number === undefined) return;
    if (number <= last) throw new Error(`message ${number} came after ${last}`);
    last = number;
    came += 1;
  });
  await using _ = consumer;
  await until(
    () => came === messages,
    PATIENCE_MS,
    () => `${came} of ${messages} came`,
  );
  return (came * 1000) / (performance.now() - began);
}
