import { closeNats } from '@dasf-broker/nats';
import { natsClient, randomNamespace } from '@dasf-broker/testing';
import type { NatsConnection } from '@nats-io/transport-node';
import { Appender } from '../appender.ts';
import type { LogEvent } from '../events.ts';
import { readLog } from '../reader.ts';
import type { LogRecord, UnreadableRecord } from '../records.ts';
import { LogStreams } from '../streams.ts';

/** A log of its own on a server, with what a test does to it. */
export class TestLog implements AsyncDisposable {
  readonly nc: NatsConnection;
  readonly streams: LogStreams;
  readonly appender: Appender;

  private constructor(nc: NatsConnection, streams: LogStreams, deadline: number) {
    this.nc = nc;
    this.streams = streams;
    this.appender = new Appender(nc, streams.subjects, { deadline });
  }

  static async open({ url, partitions = 1, deadline = 5000 }: TestLogOptions = {}): Promise<TestLog> {
    const nc = await natsClient(url);
    const options = { namespace: randomNamespace(), partitions, replicas: 1, dedupWindow: 60_000 };
    await LogStreams.prepare(nc, options);
    return new TestLog(nc, await LogStreams.open(nc, options), deadline);
  }

  /** The first records of a partition, as soon as there are that many. */
  async read(count: number, from = 1, partition = 0): Promise<(LogRecord | UnreadableRecord)[]> {
    const end = new AbortController();
    const records: (LogRecord | UnreadableRecord)[] = [];
    if (count === 0) return records;
    for await (const record of readLog(this.nc, this.streams, partition, from, end.signal)) {
      records.push(record);
      if (records.length === count) break;
    }
    return records;
  }

  /** Everything that a partition holds. */
  async events(partition = 0): Promise<(LogEvent | undefined)[]> {
    const { last } = await this.streams.end(partition);
    return (await this.read(last, 1, partition)).map(({ event }) => comparable(event));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await closeNats(this.nc);
  }
}

/** The client hands bytes over as this or that kind of array. */
export function comparable<E extends LogEvent | undefined>(event: E): E {
  return event && 'frame' in event ? { ...event, frame: Buffer.from(event.frame) } : event;
}

interface TestLogOptions {
  readonly url?: string;
  readonly partitions?: number;
  readonly deadline?: number;
}

/** The ids of messages, in their order. */
export function idsOf(events: readonly (LogEvent | undefined)[]): (string | undefined)[] {
  return events.map((event) => (event?.type === 'message' ? event.messageId : event?.type));
}
