import type { Subjects } from '@dasf-broker/log';
import type { Logger } from '@dasf-broker/telemetry';
import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Collector } from './collector.ts';

export interface RequestedCollecting {
  readonly nc: NatsConnection;
  readonly subjects: Subjects;
  readonly partition: number;
  readonly collector: Pick<Collector, 'collectNow'>;
  /** The partition must not be touched. */
  readonly halted: () => boolean;
  readonly logger: Logger;
}

/**
 * Cleans up whenever an api asks for it, until the signal is aborted. It is told how many topics were found; that they
 * are removed takes some seconds more. Where it cannot be done, it is told nothing.
 */
export async function collectOnRequest(parts: RequestedCollecting, signal: AbortSignal): Promise<void> {
  const { nc, subjects, partition, halted, logger } = parts;
  const underWay = new Set<Promise<void>>();
  const ended = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => ended.resolve(), { once: true });
  const subscription = nc.subscribe(subjects.collect(partition), {
    callback: (error, message) => {
      if (error || halted() || signal.aborted) return;
      const work = collect(parts, message, signal)
        .catch((err: unknown) => logger.warn({ err }, 'clean-up on request failed'))
        .finally(() => underWay.delete(work));
      underWay.add(work);
    },
  });
  if (!signal.aborted) await ended.promise;
  subscription.unsubscribe();
  await Promise.all(underWay);
}

async function collect({ collector }: RequestedCollecting, message: Msg, signal: AbortSignal): Promise<void> {
  const { found, done } = await collector.collectNow(message.string(), signal);
  message.respond(JSON.stringify({ found }));
  await done;
}
