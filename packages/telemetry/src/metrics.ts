import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type { Counter, Gauge, Histogram } from 'prom-client';

export interface MetricDefinition {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets: readonly number[];
}

/** A value of each label, and the number that belongs to them. */
type Reading = readonly [labels: Readonly<Record<string, string>>, value: number];
/** What is looked up when somebody asks for the metrics. */
type Read = () => Iterable<Reading> | Promise<Iterable<Reading>>;

/** The metrics of one service, in the form that Prometheus reads. */
export class Metrics {
  readonly contentType: string;
  readonly #registry = new Registry();
  readonly #definitions: MetricDefinition[] = [];
  #collectsProcess = false;

  constructor() {
    this.contentType = this.#registry.contentType;
  }

  /** What there is, but for what every Node process has. */
  get definitions(): readonly MetricDefinition[] {
    return this.#definitions;
  }

  counter<L extends string = never>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
    return new Counter({ ...this.#define('counter', name, help, labels), labelNames: labels });
  }

  gauge<L extends string = never>(name: string, help: string, labels: readonly L[] = []): Gauge<L> {
    return new Gauge({ ...this.#define('gauge', name, help, labels), labelNames: labels });
  }

  histogram<L extends string = never>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels: readonly L[] = [],
  ): Histogram<L> {
    const common = this.#define('histogram', name, help, labels, buckets);
    return new Histogram({ ...common, labelNames: labels, buckets: [...buckets] });
  }

  /** A gauge whose values are looked up when they are asked for; what cannot be looked up is left out. */
  gaugeOf(name: string, help: string, labels: readonly string[], read: Read): void {
    const collect = refilling((gauge: Gauge, at, value) => gauge.set(at, value), labels, read);
    new Gauge({ ...this.#define('gauge', name, help, labels), labelNames: labels, collect });
  }

  /** As `gaugeOf`, for numbers that only grow. */
  counterOf(name: string, help: string, labels: readonly string[], read: Read): void {
    const collect = refilling((counter: Counter, at, value) => counter.inc(at, value), labels, read);
    new Counter({ ...this.#define('counter', name, help, labels), labelNames: labels, collect });
  }

  /** From now on also what every Node process has: memory, CPU, event loop, garbage collection. */
  collectProcess(): void {
    if (this.#collectsProcess) return;
    this.#collectsProcess = true;
    collectDefaultMetrics({ register: this.#registry });
  }

  /** The text that Prometheus reads. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  #define(
    type: MetricDefinition['type'],
    name: string,
    help: string,
    labels: readonly string[],
    buckets: readonly number[] = [],
  ) {
    this.#definitions.push({ name, type, help, labels, buckets });
    return { name, help, registers: [this.#registry] };
  }
}

function refilling<M extends Gauge | Counter>(
  put: (metric: M, labels: Readonly<Record<string, string>>, value: number) => void,
  labels: readonly string[],
  read: Read,
) {
  return async function collect(this: M): Promise<void> {
    const found = await Promise.resolve()
      .then(async () => [...(await read())])
      .catch((): Reading[] => []);
    this.reset();
    // Without labels, resetting leaves a zero, which nobody has read.
    if (found.length === 0 && labels.length === 0) this.remove();
    for (const [labels, value] of found) put(this, labels, value);
  };
}
