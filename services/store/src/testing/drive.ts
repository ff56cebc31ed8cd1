import type { Bench } from './bench.ts';
import { Traffic } from './traffic.ts';

const AT_ONCE = 250;

/** Those who write to a log all at once, and go on where they were. */
export function trafficOf(bench: Bench, seed: number): (events: number) => Promise<void> {
  const { partitions } = bench.config.log;
  const sources = Array.from({ length: partitions }, (_, partition) => new Traffic(partition, seed));
  const drive = async (source: Traffic, partition: number, events: number) => {
    for (let left = events; left > 0; ) {
      const { last } = await bench.streams.end(partition);
      const made = source.next(Math.min(left, AT_ONCE), last);
      await bench.appendTo(partition, ...made);
      left -= made.length;
    }
  };
  return async (events) => {
    const each = Math.ceil(events / partitions);
    await Promise.all(sources.map((source, partition) => drive(source, partition, each)));
  };
}
