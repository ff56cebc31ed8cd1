import {
  type Attributes,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';

/** Where spans go, and how many. */
export interface TraceSettings {
  /** An OpenTelemetry collector, such as `http://collector:4318/v1/traces`. */
  readonly url: string;
  /** Of the messages that bring no trace along, this part begins one: 0 to 1. */
  readonly ratio: number;
}

export interface SpanStart {
  readonly kind: 'producer' | 'consumer' | 'server';
  /** The trace that it belongs to, as W3C `traceparent`; a new one where there is none. */
  readonly parent?: string | undefined;
  /** On the clock of `performance`; now where it is not said. */
  readonly began?: number;
  readonly attributes: Attributes;
}

/** A piece of work as a trace shows it. */
export interface TracedSpan {
  /** What goes along with whatever follows from it; `undefined` where it is not recorded. */
  readonly traceparent: string | undefined;
  /** @param fault why it failed */
  end(fault?: unknown): void;
}

/** Spans of one service. */
export interface Traces extends AsyncDisposable {
  readonly isOn: boolean;
  begin(name: string, start: SpanStart): TracedSpan;
}

const EXPORT_WITHIN_MS = 5000;
/** How long an ending service waits for its collector. */
const LAST_EXPORT_WITHIN_MS = 1000;
const KINDS = { producer: SpanKind.PRODUCER, consumer: SpanKind.CONSUMER, server: SpanKind.SERVER } as const;
const SAMPLED = 1;
const NO_SPAN: TracedSpan = { traceparent: undefined, end: () => {} };

export const NO_TRACES: Traces = {
  isOn: false,
  begin: () => NO_SPAN,
  [Symbol.asyncDispose]: async () => {},
};

/** @param service as the collector names it: `dasf-edge` */
export function openTraces(service: string, settings: TraceSettings | undefined): Traces {
  if (!settings) return NO_TRACES;
  const { url, ratio } = settings;
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: EXPORT_WITHIN_MS });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'service.instance.id': crypto.randomUUID() }),
    // A trace is whole or not there: who goes on with one does as who began it.
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: EXPORT_WITHIN_MS })],
  });
  const tracer = provider.getTracer('dasf-broker');
  return {
    isOn: true,
    begin: (name, start) => beginSpan(tracer, name, start),
    [Symbol.asyncDispose]: async () => {
      // A collector that is away must not keep a service from ending.
      await provider.forceFlush({ timeoutMillis: LAST_EXPORT_WITHIN_MS }).catch(() => {});
      void provider.shutdown().catch(() => {});
    },
  };
}

function beginSpan(tracer: Tracer, name: string, { kind, parent, began, attributes }: SpanStart): TracedSpan {
  const remote = parent === undefined ? null : parseTraceParent(parent);
  const within = remote ? trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true }) : ROOT_CONTEXT;
  const startTime = performance.timeOrigin + (began ?? performance.now());
  const span = tracer.startSpan(name, { kind: KINDS[kind], attributes, startTime }, within);
  if (!span.isRecording()) return NO_SPAN;
  const { traceId, spanId } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-0${SAMPLED}`,
    end: (fault) => {
      if (fault !== undefined) span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(fault) });
      span.end();
    },
  };
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}
